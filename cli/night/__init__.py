"""Commands around a night: cutting texts, foreseeing, handing in, running, rehearsing."""
