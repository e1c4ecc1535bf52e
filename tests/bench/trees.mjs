// Reads pages as their site's generator does: JSON lines {name, text} in, {name, tree, texts, ids} out.
//
// A tree is all that the parser sees but for the words: types, marks, destinations, attributes, code.
// `texts` are the stretches of words in order, `ids` the anchors that a link can lead to. A page that
// the parser refuses has an `error` instead. Run as: node trees.mjs READER < pages
import {createInterface} from 'node:readline'

const PROSE = new Set(
  `title subtitle label caption description alt placeholder summary heading headline tagline text tip
  tooltip hint message cta aria-label aria-description aria-placeholder aria-roledescription
  aria-valuetext ariaLabel imageAlt buttonText linkText`.split(/\s+/)
)
const readers = {vitepress, docusaurus: remark(true, true), mintlify: remark(true, false)}
readers.mdx = readers.mintlify
readers['starlight.mdx'] = remark(true, true)
readers.starlight = remark(false, true)
readers.commonmark = remark(false, false)

const read = await readers[process.argv[2]]
  ? await (readers[process.argv[2]].length === 0 ? readers[process.argv[2]]() : readers[process.argv[2]])
  : undefined
if (!read) throw new Error(`no reader ${process.argv[2]}`)
for await (const line of createInterface({input: process.stdin})) {
  const {name, text} = JSON.parse(line)
  let found
  try {
    found = read(text)
    found.tree = JSON.stringify(found.tree)
  } catch (error) {
    found = {error: String(error.message || error).slice(0, 300)}
  }
  process.stdout.write(JSON.stringify({name, ...found}) + '\n')
}

function remark(mdx, directives) {
  return async () => {
    const [{unified}, parse, gfm, front, withMdx, withDirectives, {default: Slugger}, {toString}] =
      await Promise.all([
        import('unified'),
        import('remark-parse').then((m) => m.default),
        import('remark-gfm').then((m) => m.default),
        import('remark-frontmatter').then((m) => m.default),
        import('remark-mdx').then((m) => m.default),
        import('remark-directive').then((m) => m.default),
        import('github-slugger'),
        import('mdast-util-to-string')
      ])
    const docusaurus = process.argv[2] === 'docusaurus'
    const parser = unified().use(parse).use(front, ['yaml', 'toml']).use(gfm)
    if (mdx) parser.use(withMdx)
    if (directives) parser.use(withDirectives)
    return (text) => {
      const slugger = new Slugger()
      const found = {texts: [], ids: []}
      const before = docusaurus ? asDocusaurus(text) : text
      const root = parser.parse(before)
      found.tree = node(root, found, {slugger, toString, docusaurus, ids: /\{#[^}]+\}/})
      return found
    }
  }
}

// What Docusaurus changes in the text before it is parsed: titles, comments and ids of headings.
function asDocusaurus(text) {
  let code = ''
  return text
    .split('\n')
    .map((line) => {
      const fence = /^\s*(?:>\s*)*(`{3,}|~{3,})/.exec(line)
      if (fence && (!code || (fence[1].startsWith(code) && !/[^`~\s]/.test(line)))) {
        code = code ? '' : fence[1]
        return line
      }
      if (code) return line
      return line
        .replace(/^((?:> ?)*[ \t]*:{3,}\w+) +([^\[{].*)$/, '$1[$2]')
        .replace(/^(#{1,6} .*?)[ \t]*\{#([^}]+)\}[ \t]*$/, '$1 \\{#$2}')
    })
    .join('\n')
    .replace(/<!--([\s\S]*?)-->/g, (all, inner) => (code ? all : `{/*${inner.replace(/\*\//g, '')}*/}`))
}

function node(one, found, site) {
  if (one.type === 'text' || one.type === 'yaml') {
    if (one.type === 'text' && one.value.trim()) found.texts.push(one.value)
    return one.type
  }
  // A bare `:name` is text to sites: they put it back.
  if (one.type === 'textDirective' && !one.children.length && !Object.keys(one.attributes).length) {
    found.texts.push(`:${one.name}`)
    return 'text'
  }
  if (one.type === 'html') return [one.type, markup(one.value, found)]
  const told = [one.type]
  for (const key of Object.keys(one).sort()) {
    if (['type', 'position', 'children', 'data', 'attributes', 'title', 'alt', 'referenceType'].includes(key)) continue
    // The title of a block of code is text.
    told.push([key, key === 'meta' && one[key] ? one[key].replace(/title=("[^"]*"|'[^']*')/, 'title') : one[key]])
  }
  if (one.attributes) told.push(attributes(one.attributes, found))
  let children = one.children || []
  if (one.type === 'heading') children = heading(one, found, site)
  const kept = []
  for (const child of children) {
    const inner = node(child, found, site)
    if (inner === 'text' && kept.at(-1) === 'text') continue
    kept.push(inner)
  }
  told.push(kept)
  return told
}

function heading(one, found, site) {
  const isAnchor = (child) =>
    (child.type === 'mdxJsxTextElement' && child.name === 'a' && !child.children.length) ||
    (child.type === 'html' && /^<a id="[^"]*">$/.test(child.value))
  let children = one.children
  let explicit
  if (isAnchor(children[0] || {})) {
    const first = children[0]
    explicit = first.value ? /"([^"]*)"/.exec(first.value)[1] : first.attributes[0].value
    children = children.slice(first.type === 'html' ? 2 : 1)
  }
  const last = children.at(-1)
  const written = last && last.type === 'text' && /\s*\{#([^}]+)\}\s*$/.exec(last.value)
  if (written) {
    explicit = written[1]
    last.value = last.value.slice(0, written.index)
    if (!last.value) children = children.slice(0, -1)
  }
  const comment = last && last.type === 'mdxTextExpression' && /^\/\*\s*#?([\w-]+)\s*\*\/$/.exec(last.value)
  if (comment) explicit = comment[1]
  found.ids.push(explicit ?? site.slugger.slug(site.toString({...one, children})))
  return children
}

function attributes(all, found) {
  const list = Array.isArray(all) ? all : Object.entries(all).map(([name, value]) => ({name, value}))
  return list.map((a) => {
    const value = a.value && typeof a.value === 'object' ? a.value.value : a.value
    if (a.name === 'id' && typeof value === 'string') found.ids.push(value)
    const prose = PROSE.has(a.name) && typeof a.value === 'string'
    return [a.type || '', a.name || '', prose ? '' : value]
  })
}

function markup(html, found) {
  const tags = []
  for (const part of html.split(/(<!--[\s\S]*?-->|<[^>]*>)/)) {
    if (part.startsWith('<')) {
      for (const id of part.matchAll(/\sid="([^"]*)"/g)) found.ids.push(id[1])
      tags.push(part.replace(/\s([\w-]+)="[^"]*"/g, (all, name) => (PROSE.has(name) ? '' : all)))
    } else if (part.trim() && part !== '&ZeroWidthSpace;' && !/^<(script|style|pre|code)\b/.test(tags.at(-1))) found.texts.push(part)
  }
  return tags.filter((tag, at) => !/^<a id=/.test(tag) || !/^<\/a>/.test(tags[at + 1] || ''))
}

async function vitepress() {
  const {createMarkdownRenderer} = await import('vitepress')
  const md = await createMarkdownRenderer('.')
  return (text) => {
    const found = {texts: [], ids: []}
    const tokens = md.parse(text.replace(/^---\n[\s\S]*?\n---\n/, ''), {path: 'x.md', relativePath: 'x.md', realPath: 'x.md'})
    const tell = (t) => {
      const attrs = (t.attrs || []).filter(([name]) => !PROSE.has(name))
      for (const [name, value] of attrs) if (name === 'id') found.ids.push(decodeURIComponent(value))
      const kept = attrs.filter(([name]) => t.type !== 'heading_open' || name !== 'id')
      const info = t.type.startsWith('container') ? t.info.trim().split(' ')[0] : t.info
      if (t.type.startsWith('container') && t.info) found.texts.push(t.info.trim().slice(info.length))
      if (t.type === 'text') {
        if (t.content.trim() && t.content !== '&ZeroWidthSpace;') found.texts.push(t.content)
        return t.content ? 'text' : ''
      }
      if (/header_anchor|emoji/.test(t.type)) return [t.type]
      if (t.type === 'html_block' || t.type === 'html_inline') return [t.type, markup(t.content, found)]
      const content = ['inline', 'front_matter', 'image'].includes(t.type) ? '' : t.content
      const anchor = t.type === 'link_open' && (t.attrGet('class') || '').includes('header-anchor')
      const children = (t.children || []).map(tell).filter((c, at, all) => c && (c !== 'text' || all[at - 1] !== 'text'))
      return [t.type, t.tag, t.markup, info, anchor ? [] : kept, t.type === 'image' ? [] : children, content]
    }
    found.tree = tokens.map(tell)
    return found
  }
}
