"""Abbreviations and first words that tell whether a full stop ends a sentence.

sentencex carries long lists of abbreviations for most languages. Here stands what its lists don't
tell: which of them need a word or a number after them, which may end a sentence, and with which
words a sentence then begins.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER_LAST = {
    "ar": _words("د م أ ص"),
    "ca": _words("av avda c d dr dra gral hble inst ma mn mr núm pl prof pça sr sra sta sto"),
    "da": _words("bl ca dvs f.eks hr jf kl nr skt"),
    "de": _words(
        """
        abb abs bspw bzw ca dipl dr evtl fr frl ggf hl hr hrn ing inkl insb kath lt med nr o prof
        sog st vgl z zzgl
        """
    ),
    "en": _words("approx capt cf dr fig gen gov messrs mr mrs ms mx no prof rep rev sen vs"),
    "es": _words(
        """
        aprox art atte av avda d da dña dr dra excmo gral hble ilmo ing lic mr núm prof profa rvdo
        sr sra srta sta sto ud vol
        """
    ),
    "fr": _words("al apr art av cf chap dr env fig m me mgr mlle mme mm mr mrs pr ste trad vol éd"),
    "it": _words(
        """
        ad.es art avv arch capt cfr col d.lgs dott dott.ssa dr fig geom gent ing mons n on pag prof
        prof.ssa rag rev sig sig.na sig.ra spett vol
        """
    ),
    "nl": _words(
        """
        a.u.b afb art bijv blz bv ca dhr dr drs ds fa fam ing ir jhr jl jr kol mevr mej mr mw nl nr
        o.a o.l.v prof resp sgt st t.a.v tel vgl
        """
    ),
    "pl": _words(
        """
        al art bł dr doc gen godz hab im in inż ks lek m.in mgr np ob ok os par pkt pl por płk poz
        prof ref red rozdz rys s st św str tab tel tj tzn tzw ul ust wg woj zob
        """
    ),
    "pt": _words("av dr dra ex.mo exmo eng prof profa sr sra sta sto"),
    "ro": _words("art cf dl dna dr gen ing jud lt mr nr pag prof sf str ș.a ş.a"),
    "ru": _words(
        """
        акад г-жа гр д доц др ж.-д им напр проф пл пр просп рис см ср стр т.е т.н табл ул
        """
    ),
    "sv": _words("bl.a ca dr dvs fr.o.m hr nr prof resp s.k t.ex t.o.m"),
    "uk": _words(
        """
        акад англ бл вул г-ж г-н гр див доц др ів ім кін лат мал напр нар нім обл о поч пор проф
        просп рис св сп фр ред тт т.з т.зв
        """
    ),
}
"""By language, abbreviations that introduce what follows: a name, a number, an example."""

BEFORE_NUMBER = _words(
    """
    abb abs afb al approx aprox art ba bd bl blz ca cap chap čl č col ed eq fig figs godz kap lib ok
    n nº n° no nos nr nro núm num nn pag pág págs par párr párrf pkt poz pp rozdz rys s sec sect
    sekt st str tab tel tom ust vers vol vols ziff § № гл д кв п пп рис с см ст стр т табл ч άρ αρ
    σελ
    """
)
"""Abbreviations that a number follows, in any language."""

MAY_BE_LAST = {
    "ca": _words("etc"),
    "da": _words("osv mv m.m m.fl co"),
    "de": _words("usw etc u.a u.ä o.ä u.v.m u.dgl v.chr n.chr co jh std"),
    "en": _words("etc co inc ltd corp jr sr bros"),
    "es": _words("etc ee.uu a.m p.m"),
    "fr": _words("etc av.j.-c apr.j.-c j.-c"),
    "it": _words("ecc etc a.c d.c"),
    "nl": _words("enz etc e.d v.chr n.chr"),
    "pl": _words("itd itp etc"),
    "pt": _words("etc"),
    "ro": _words("etc ș.a.m.d ş.a.m.d ș.c.l ş.c.l"),
    "ru": _words("т.д т.п др пр"),
    "sv": _words("osv m.m m.fl"),
    "uk": _words("т.д т.п др ін р рр ст"),
}
"""By language, abbreviations that often end a sentence."""

STARTERS = {
    "ca": _words(
        """
        El La Els Les Un Una Ell Ella Ells Nosaltres Jo Això Aquest Aquesta Però I Si Quan Què Com
        Qui On Per En No Es Ara Després Aquí Allà Malgrat
        """
    ),
    "da": _words(
        """
        Det De Den Der Han Hun Jeg Vi Du I Hvad Hvem Hvor Hvorfor Hvordan Men Og Så Hvis Når
        """
    ),
    "de": _words(
        """
        Das Der Die Den Dem Es Er Sie Wir Ihr Ich Du Dies Diese Dieser Dieses Dort Hier Was Wer Wie
        Wo Wann Warum Aber Und Oder Doch Dann Wenn Im Am In Auf Bei Für Mit Nach Öffnen Ein Eine
        Danach Dabei Dazu Daher Darum Deshalb Außerdem Jetzt Nun Heute Gestern Ja Nein Man So
        """
    ),
    "en": _words(
        """
        He She It They We You I The This That These Those There Here How What When Where Who Why Is
        Are Was Were Do Does Did Can Could But And So Then If In On At As My Our Their His Her A
        Yes No
        """
    ),
    "es": _words(
        """
        El La Los Las Un Una Él Ella Ellos Nosotros Yo Esto Este Esta Eso Luego Pero Y Si Cuando Qué
        Cómo Quién Dónde Por En No Se Su Allí
        """
    ),
    "fr": _words(
        """
        Le La Les Un Une Il Elle Ils Elles Nous Vous Je On Ce Cet Cette Ces Mais Et Si Quand Que Qui
        Où Comment Pourquoi Dans En Puis
        """
    ),
    "it": _words(
        """
        Il Lo La I Gli Le Un Una Egli Lui Lei Loro Noi Voi Io Questo Questa Ma E Se Quando Che Chi
        Come Dove Perché Poi In Non Si
        """
    ),
    "nl": _words(
        """
        De Het Een Hij Zij Ze Wij We Jij Je Ik U Dit Dat Deze Die Maar En Als Dan Wat Wie Waar Hoe
        Waarom In Op Er
        """
    ),
    "pl": _words(
        """
        To Ten Ta Te On Ona Ono Oni My Wy Ja Ty Ale I A Gdy Jeśli Co Kto Gdzie Jak Dlaczego Potem
        Tam W Na Nie
        """
    ),
    "pt": _words(
        """
        O A Os As Um Uma Ele Ela Eles Nós Eu Isto Este Esta Mas E Se Quando Que Quem Como Onde
        Depois Em Não
        """
    ),
    "ro": _words(
        """
        El Ea Ei Ele Noi Voi Eu Un O Acest Această Acesta Aceasta Dar Și Dacă Când Ce Cine Cum Unde
        Aici Acolo Acum Apoi În La Nu Este Sunt
        """
    ),
    "ru": _words(
        """
        Это Этот Эта Он Она Оно Они Мы Вы Я Ты Но И А Если Когда Что Кто Где Как Почему Потом Там В
        На Не
        """
    ),
    "sv": _words("Det De Den Han Hon Jag Vi Du Ni Vad Vem Var Varför Hur Men Och Så Om När"),
    "uk": _words(
        """
        Це Цей Ця Він Вона Воно Вони Ми Ви Я Ти Але І Й А Та Якщо Коли Тоді Що Хто Де Як Чому Потім
        Там Тут У В На Не Отже
        """
    ),
}
"""By language, words that begin a sentence when they stand capitalized after an abbreviation."""

INTRODUCING = _words(
    """
    e.g i.e f.e p.ej p.ex par.ex z.b d.h u.a v.a i.d.r b.v o.a t.ex bl.a f.eks m.in т.е т.н
    """
)
"""Abbreviations of several letters that never end a sentence, in any language."""

BEFORE_ORDINAL = _words(
    """
    am vom zum beim im dem den der die das des ab seit jeder jede jedes ein eine einen einem einer
    und sein seine seinem ihr ihre ihrem unser unsere
    """
)
"""German words before an ordinal number such as `3.`."""

ORDINAL_NOUNS = _words(
    """
    Jahrhundert Jahrhunderts Jahrtausend Jh Weltkrieg Weltkriegs Klasse Auflage Kapitel Stock Etage
    Platz Mal Quartal Lebensjahr Geburtstag Semester Schritt Bundesliga Liga Runde Tag Woche Monat
    """
)
"""German nouns that are counted by an ordinal number such as `3.`."""
