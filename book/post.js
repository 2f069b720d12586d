// post.js - makes the book out of Doxygen's pages.
//
//   node book/post.js build/book        run from the root of the tree
//
// Reads doxygen/*.html, tags.xml (names and their API pages) and map.json
// (chapters, parts, fragments: weave --map); writes html/. Unfolds the
// weaver's words, typesets formulas, colours and links code, leads from the
// API back to the chapters, builds sidebar and search index, and checks that
// every link of every page leads somewhere. Errors name file and line.
'use strict';
const fs = require('fs'), path = require('path');
const paint = require('./highlight.js');
const {escape, unescape} = paint;
const katex = require('/usr/share/nodejs/katex');

const root = process.argv[2] || 'build/book';
const from = path.join(root, 'doxygen'), to = path.join(root, 'html');
const map = JSON.parse(fs.readFileSync(path.join(root, 'map.json'), 'utf8'));
const read = f => fs.readFileSync(f, 'utf8');
let errors = 0;
const fail = message => { console.error(message); errors++; };

const chapters = new Map([...map.chapters, ...map.notebooks].map(c => [`${c.id}.html`, c]));
const byTitle = new Map(map.fragments.map(f => [f.title, f]));
const byName = new Map(map.fragments.map(f => [f.name, f]));
const fragmentUrl = f => `${f.page}.html#frag-${f.name}`;
const fragmentLink = f =>
  `<a class="fragref" href="${fragmentUrl(f)}">⟨${escape(f.title)}⟩</a>`;

// ---------------------------------------------------------------- API names

// tags.xml: what Doxygen documents, and where
const api = new Map();      // function, enum constant, macro, type -> url
const fields = new Map();   // struct member -> its urls (may be several)
const structs = new Map();  // struct -> url
const anchors = new Map();  // "page#anchor" of a member -> name
const briefs = [];          // for the search: [name, url]
for (const [, kind, body] of read(path.join(root, 'tags.xml'))
  .matchAll(/<compound kind="(\w+)">([\s\S]*?)<\/compound>/g)) {
  const tag = (s, t) => unescape((s.match(`<${t}>([^<]*)</${t}>`) || [])[1] || '');
  const name = tag(body, 'name').split('::').pop();
  const struct = kind === 'struct' || kind === 'union';
  if (struct) {
    structs.set(name, tag(body, 'filename'));
    briefs.push([`struct ${name}`, tag(body, 'filename')]);
  }
  for (const [, k, m] of body.matchAll(/<member kind="(\w+)">([\s\S]*?)<\/member>/g)) {
    const member = tag(m, 'name');
    const url = `${tag(m, 'anchorfile')}#${tag(m, 'anchor')}`;
    anchors.set(url, member);
    if (struct) {
      if (!fields.has(member)) fields.set(member, new Set());
      fields.get(member).add(url);
    } else if (!api.has(member)) {
      api.set(member, url);
      briefs.push([member + (k === 'function' ? '()' : ''), url]);
    }
  }
}

// ------------------------------------------------------ the weaver's words

const WORD = /v4x([a-z])([0-9a-f]*)z/g;
const bytes = hex => Buffer.from(hex, 'hex').toString('utf8');
const plainMath = tex => tex.replace(/\\(?:mathrm|text|mathbf|operatorname)\b/g, '')
  .replace(/[\\{}$]/g, '').replace(/\s+/g, ' ').trim();

// A page as text that can be searched, or put into a <title>
const plain = s => unescape(s.replace(WORD, (_, kind, hex) => {
  const t = bytes(hex);
  return kind === 'h' ? t : escape(kind === 'm' || kind === 'd' ? plainMath(t) : t);
}).replace(WORD, (_, k, hex) => escape(bytes(hex))).replace(/<[^>]*>/g, ''))
  .replace(/\s+/g, ' ').trim();

// Where in the chapter a formula stands, for the error message
function lineOf(file, text) {
  const at = read(file).indexOf(text);
  return at < 0 ? 1 : read(file).slice(0, at).split('\n').length;
}

let formulas = 0;
function formula(tex, display, where) {
  formulas++;
  try {
    return katex.renderToString(tex, {displayMode: display, throwOnError: true,
      strict: 'error', output: 'htmlAndMathml'});
  } catch (e) {
    fail(`${where}:${where.endsWith('.md') ? lineOf(where, tex) : 1}: formula: ${e.message}`);
    return `<code>${escape(tex)}</code>`;
  }
}

function nameUrl(text) {
  const m = text.match(/^(?:(struct|enum|union) )?([A-Za-z_]\w*)(\(\))?$/);
  if (!m) return undefined;
  return m[1] === 'struct' || m[1] === 'union' ? structs.get(m[2])
    : m[3] || m[2].length > 2 ? api.get(m[2]) : undefined;
}

function codeSpan(text, literal = false) {
  const url = literal ? undefined : nameUrl(text);
  const short = text.length <= 22 ? ' class="short"' : '';  // not broken
  const code = `<code${short}>${escape(text)}</code>`;
  return url ? `<a class="name" href="${url}">${code}</a>` : code;
}

// A short formula with the brackets and stops that belong to it is not broken;
// of a long one its last piece keeps them (U+2060 joins)
const glue = s => s.replace(/(\(?)(v4xm([0-9a-f]*)z)((?:[).,;!?]|v4xt3[ab]z)*)/g,
  (all, open, word, hex, stops) => !open && !stops ? word
    : plainMath(bytes(hex)).length > 24 ? `${open}${word}\u2060${stops}`
      : `<span class="unbroken">${all}</span>`);

function unfold(s, where) {
  s = glue(s);
  for (; s.search(WORD) >= 0;)
    s = s.replace(WORD, (_, kind, hex) => {
      const text = bytes(hex);
      switch (kind) {
        case 'h': return text;
        case 't': return escape(text);
        case 'c': return codeSpan(text);
        case 'l': return codeSpan(text, true);
        case 'm': return formula(text, false, where);
        case 'd': return formula(text, true, where);
      }
      return fail(`${where}:1: unknown word of kind ${kind}`);
    });
  return s;
}

// ---------------------------------------------------------------------- code

const FRAGMENT = /<div class="frag" id="frag-([^"]+)">[\s\S]*?<pre class="code lang-c">([\s\S]*?)<\/pre>/g;
const defined = new Map();    // public name -> fragments that define it
const declared = new Map();   // public name -> fragments that declare it
const locals = new Map();     // file -> (name -> fragment) of what is static

const add = (m, key, value) => m.set(key, [...(m.get(key) || []), value]);

// What does this fragment define at the margin? Functions, types, tables.
function collect(fragment, code) {
  if (!locals.has(fragment.file)) locals.set(fragment.file, new Map());
  const mine = locals.get(fragment.file);
  for (const [, type] of code.matchAll(/^(?:struct|union|enum) (\w+)\s*\{/gm)) {
    if (structs.has(type)) add(defined, `struct ${type}`, fragment);
    else mine.set(type, fragment);
  }
  for (const m of code.matchAll(/^(?!return|else|typedef)((?:[A-Za-z_]\w*[\s*]+)+)(\w+)(\(|\[|\s*=)/gm)) {
    const rest = code.slice(m.index).match(/[;{]/);
    if (/^\s*static\b/.test(m[1])) mine.set(m[2], fragment);
    else if (m[3] === '(') add(rest && rest[0] === ';' ? declared : defined, m[2], fragment);
    else add(defined, m[2], fragment);
  }
}

function painted(language, code, fragment) {
  code = unescape(code);
  if (language === 'sh') return paint.shell(code);
  if (language === 'diff') return paint.diff(code);
  if (language !== 'c') return escape(code);
  const mine = fragment && locals.get(fragment.file);
  return marked(code, fragment && fragment.marks, paint.c(code, (name, before) => {
    if (/(?:struct|union)\s+$/.test(before) && structs.has(name)) return structs.get(name);
    if (/(?:\.|->)\s*$/.test(before) || /[{,]\s*\.$/.test(before)) {
      const urls = fields.get(name);
      return urls && urls.size === 1 ? [...urls][0] : undefined;
    }
    const local = mine && mine.get(name);
    if (local) return local === fragment ? undefined : fragmentUrl(local);
    return api.get(name);
  }, title => {
    const f = byTitle.get(title.slice(1, -1));
    return f ? `<a class="fragref" href="${fragmentUrl(f)}">${escape(title)}</a>` : escape(title);
  }));
}

// Which equation a line does stands in the margin; it is no text of the code
function marked(code, marks, html) {
  if (!marks) return html;
  const lines = html.split('\n'), plainLines = code.split('\n');
  for (const [, number, piece] of marks.split(' | ').map(m => m.match(/^(\d+) (.*)$/))) {
    const at = plainLines.findIndex(l => l.includes(piece));
    lines[at] = `<span class="eq" data-n="(${number})"></span>${lines[at]}`;
  }
  return lines.join('\n');
}

const paintAll = s => s.replace(FRAGMENT, (all, name, code) =>
  all.slice(0, all.length - code.length - 6) + '\0' + name + '\0' + code + '</pre>')
  .replace(/<pre class="code lang-(\w+)">(?:\0([^\0]*)\0)?([\s\S]*?)<\/pre>/g,
    (_, language, name, code) => `<pre class="code lang-${language}">` +
      `${painted(language, code, name && byName.get(name))}</pre>`);

// ------------------------------------------------------------------- figures

// Width and height of a PNG, so that the page does not jump
function pngSize(file) {
  const b = fs.readFileSync(file);
  return [b.readUInt32BE(16), b.readUInt32BE(20)];
}

const sizeFigures = s => s.replace(/<img src="(figures\/[^"]+)"/g, (all, file) => {
  if (!fs.existsSync(file)) return all;
  const [w, h] = pngSize(file);
  const exact = w <= 748;      // fits the column: shown pixel by pixel
  return `${all} width="${w}" height="${h}"${exact ? ' class="exact"' : ''}`;
});

// ------------------------------------------------------------------ one page

const REFERENCE = [['modules.html', 'By chapter'], ['annotated.html', 'Structures'],
  ['files.html', 'Headers'], ['globals.html', 'All names']]
  .filter(([f]) => fs.existsSync(path.join(from, f)));

function sidebar(page, body) {
  const item = (url, title) => url === page
    ? `<li><a href="${url}" aria-current="page">${title}</a>${contents(body)}</li>`
    : `<li><a href="${url}">${title}</a></li>`;
  const group = (title, items, here) => items.length &&
    `<details${here ? ' open' : ''}><summary>${title}</summary><ul>${items.join('')}</ul></details>`;
  const now = chapters.get(page);
  const parts = map.parts.map(p => {
    const inside = map.chapters.filter(c => c.number >= p.first && c.number <= p.last);
    return group(p.title, inside.map(c => item(`${c.id}.html`, unfold(c.title, c.path))), now);
  });
  return [...parts, group('Reference', REFERENCE.map(r => item(...r)), !now)]
    .filter(Boolean).join('\n');
}

// The headings of a page, under its title in the sidebar
function contents(body) {
  const list = [...body.matchAll(/<h([23])>\s*<a class="anchor" id="([^"]+)"><\/a>([\s\S]*?)<\/h\1>/g)];
  if (list.length < 2) return '';
  const items = list.map(([, level, id, text]) =>
    `<li class="level-${level}"><a href="#${id}">${text.trim()}</a></li>`);
  return `<ol class="toc">${items.join('')}</ol>`;
}

function frame(page, title, head, body, isChapter) {
  return `<!DOCTYPE html>
<html lang="en" class="light-mode">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="katex/katex.min.css">
${isChapter ? "" : `<link rel="stylesheet" href="doxygen.css">`}
<link rel="stylesheet" href="doxygen-awesome.css">
<link rel="stylesheet" href="book.css">
<script src="book.js"></script>
</head>
<body class="${isChapter ? 'chapter' : 'api'}">
<header id="bar">
<a id="home" href="index.html">v4.c<span>DeepSeek-V4, line by line</span></a>
<form id="search" role="search"><input type="search" placeholder="Search the book"
 aria-label="Search the book" autocomplete="off"></form>
<button id="dark" type="button" aria-label="Dark or light">◐</button>
<button id="menu" type="button" aria-label="Chapters" aria-expanded="false">☰</button>
</header>
<div id="results" hidden></div>
<nav id="sidebar" aria-label="Chapters">
${sidebar(page, isChapter ? body : '')}
</nav>
<main>
<article class="contents">
${head}
${body}
</article>
</main>
</body>
</html>
`;
}

// Out of Doxygen's page: its title and what stands between head and foot
function cut(s) {
  const title = (s.match(/<div class="title">([\s\S]*?)<\/?div/) || ['', ''])[1].trim()
    .replace(/^(.*) (Struct|Union) Reference$/, (_, n, kind) => `${kind.toLowerCase()} ${n}`)
    .replace(/ File Reference$/, '').replace(/^Modules$/, 'Reference by chapter');
  const start = s.indexOf('<div class="contents">');
  const end = s.lastIndexOf('<!--END PAGE-->');
  const summary = (s.match(/<div class="summary">[\s\S]*?<\/div>/) || [''])[0];
  const body = s.slice(start + 22, end).replace(/<\/div><!-- (?:contents|PageDoc|doc-content|fragment) -->/g,
    m => /fragment/.test(m) ? m : '').trim();
  return {title, summary, body};
}

// Open and closed <div> must balance, or the frame would break
function balance(body) {
  let depth = 0, out = '';
  for (const part of body.split(/(<div\b[^>]*>|<\/div>)/)) {
    if (part === '</div>') { if (!depth) continue; depth--; }
    else if (part.startsWith('<div')) depth++;
    out += part;
  }
  return out + '</div>'.repeat(depth);
}

const shiftHeadings = s => s.replace(/<(\/?)h([1-5])\b/g, (_, slash, n) => `<${slash}h${+n + 1}`);

// Leftovers of Markdown that was not understood
function literal(where, body) {
  const text = body.replace(/<(pre|code|a)\b[\s\S]*?<\/\1>/g, '').replace(WORD, '');
  for (const m of text.matchAll(/\*\*[^<>\n]{0,40}/g))
    fail(`${where}:${lineOf(where, m[0])}: literal ** on the page: ${m[0]}`);
}

// ------------------------------------------------------------------ chapters

const search = [];
function index(url, title, body) {
  let section = '', anchor = '';
  const text = body.replace(/<nav class="neighbours">[\s\S]*?<\/nav>/, '')
    .replace(/<table class="doxtable fragments">[\s\S]*?<\/table>/, '');
  const pieces = /<h[23]>\s*<a class="anchor" id="([^"]+)"><\/a>([\s\S]*?)<\/h[23]>|<(p|li|figcaption|dd|td)\b[^>]*>([\s\S]*?)(?=<\/?(?:p|li|ul|ol|figcaption|dd|td|tr|table|h[23])\b)|<a class="(?:frag-title)"[^>]*href="#([^"]+)">⟨([^⟩]*)⟩/g;
  for (const [, id, heading, , prose, frag, name] of text.matchAll(pieces)) {
    if (heading !== undefined) { anchor = `#${id}`; section = plain(heading); }
    else if (name) search.push([`${url}#${frag}`, title, section, `⟨${plain(name)}⟩`]);
    else if (plain(prose).length > 24) search.push([url + anchor, title, section, plain(prose)]);
  }
}

const html = s => s.replace(/v4xx([0-9a-f]*)z\s*/g, (_, hex) => bytes(hex))
  .replace(WORD, (all, kind, hex) => kind === 'h' ? bytes(hex) : all);
const open = s => { for (let t; (t = html(s)) !== s;) s = t; return s; };

const pages = new Map();      // file name -> finished page
const raw = new Map();
const files = fs.readdirSync(from).filter(f => f.endsWith('.html'));
for (const f of files) {
  if (!chapters.has(f)) continue;
  const page = cut(read(path.join(from, f)));
  page.body = balance(shiftHeadings(open(page.body).replace(/&zwj;/g, '')
    .replace(/<p\s*>(?:<a class="anchor" id="(?:md_)?[^"]*"><\/a>)?<\/p>/g, '')));
  raw.set(f, page);
  for (const [, name, code] of page.body.matchAll(FRAGMENT))
    collect(byName.get(name), unescape(code));
}
for (const [f, c] of chapters) {
  if (!raw.has(f)) { fail(`${c.path}:1: Doxygen made no page of it`); continue; }
  const {body, title} = raw.get(f);
  literal(c.path, body);
  index(f, plain(title), body);
  const done = sizeFigures(paintAll(unfold(body, c.path)));
  pages.set(f, frame(f, `${plain(title)} — v4.c`, `<h1>${unfold(title, c.path)}</h1>`, done, true));
}

// ------------------------------------------------------------------ API pages

const chapterOf = id => map.chapters.find(c => c.id === id);

// "Told in chapter …" for what lives in these fragments
function told(fragments) {
  const ids = [...new Set(fragments.map(f => f.page).filter(Boolean))];
  return ids.map(id => `<a href="${id}.html">${unfold(chapterOf(id).title, id)}</a>`).join(', ');
}

function apiPage(f) {
  const {title, summary, body} = cut(read(path.join(from, f)));
  let text = unfold(balance(body), f).replace(/ onclick="[^"]*"/g, '')
    .replace(/\\\(([\s\S]*?)\\\)/g, (_, t) => formula(unescape(t), false, f))
    .replace(/\\\[([\s\S]*?)\\\]/g, (_, t) => formula(unescape(t), true, f));
  const stem = (f.match(/^group__ch__(\w+)\.html$/) || f.match(/^(\w+)_8h\.html$/) || [])[1];
  const struct = (f.match(/^(?:struct|union)(\w+)\.html$/) || [])[1];
  const plainName = n => n.replace(/__/g, '_');
  let back = [];
  if (stem) back = map.fragments.filter(g => path.basename(g.file) === `${plainName(stem)}.h`);
  if (struct) back = defined.get(`struct ${plainName(struct)}`) || [];
  const where = told(back);
  const strip = where ? `<p class="told">Told in ${where}: ${back.filter(g => g.page)
    .map(fragmentLink).join(', ')}</p>` : '';
  text = text.replace(/<a id="(\w+)" name="\1"><\/a>\s*<h2 class="memtitle">[\s\S]*?<div class="memdoc">/g, (all, id) => {
    const name = anchors.get(`${f}#${id}`);
    const frags = [...(declared.get(name) || []), ...(defined.get(name) || [])].filter(g => g.page);
    return frags.length && !struct ? `${all}<p class="told">In the book: ${[...new Set(frags)].map(fragmentLink).join(', ')}</p>` : all;
  });
  if (f === 'modules.html')      // groups in the order of chapters
    text = text.replace(/(<tr id="row_[\s\S]*<\/tr>)/, rows => rows.split(/(?=<tr id="row_)/)
      .sort((a, b) => plain(a).localeCompare(plain(b))).join(''));
  return frame(f, `${plain(title)} — v4.c`, `<h1>${title.replace(/<[^>]*>/g, '')}</h1>${strip}`, summary + text, false);
}
for (const f of files)
  if (!chapters.has(f) && !/^md_|^pages\.html$|^dir_/.test(f)) pages.set(f, apiPage(f));

// -------------------------------------------------------------------- output

// Doxygen links folders, which we do not show, and members of unnamed unions,
// for which it makes no anchor: the page must do
const ids = new Map([...pages].map(([f, s]) =>
  [f, new Set([...s.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(m => m[1]))]));
for (const [f, s] of pages)
  pages.set(f, s.replace(/<a [^>]*href="dir_[^"]*"[^>]*>([\s\S]*?)<\/a>/g, '$1')
    .replace(/href="((?:struct|union)\w+\.html)#(a[0-9a-f]{32})"/g, (all, page, anchor) =>
      ids.get(page)?.has(anchor) ? all : `href="${page}"`));

fs.rmSync(to, {recursive: true, force: true});
fs.mkdirSync(to, {recursive: true});
for (const [f, s] of pages) fs.writeFileSync(path.join(to, f), s);
for (const f of fs.readdirSync(from))
  if (/\.(png|svg)$|^doxygen\.css$/.test(f)) fs.copyFileSync(path.join(from, f), path.join(to, f));
for (const f of ['book.css', 'book.js']) fs.copyFileSync(path.join('book', f), path.join(to, f));
fs.copyFileSync('/usr/share/doxygen-awesome-css/doxygen-awesome.css', path.join(to, 'doxygen-awesome.css'));
const KATEX = '/usr/share/javascript/katex';
fs.mkdirSync(path.join(to, 'katex/fonts'), {recursive: true});
fs.copyFileSync(`${KATEX}/katex.min.css`, path.join(to, 'katex/katex.min.css'));
for (const f of fs.readdirSync(`${KATEX}/fonts`))
  fs.copyFileSync(`${KATEX}/fonts/${f}`, path.join(to, 'katex/fonts', f));
if (fs.existsSync('figures')) fs.cpSync('figures', path.join(to, 'figures'), {recursive: true});
fs.writeFileSync(path.join(to, 'prose.js'),
  `window.PROSE=${JSON.stringify(search)};\nwindow.NAMES=${JSON.stringify(briefs)};\n`);

// -------------------------------------------------------- does every link lead

let links = 0;
for (const [f, s] of pages) {
  const here = chapters.has(f) ? `${chapters.get(f).path}:1` : f;
  const seen = new Set();
  for (const [, url] of s.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
    if (seen.has(url) || /^(?:https?:|data:)/.test(url)) continue;
    seen.add(url);
    links++;
    const [file, anchor] = unescape(url).split('#');
    const target = file || f;
    if (!pages.has(target)) {
      if (!fs.existsSync(path.join(to, target))) fail(`${here}: dead link: ${url}`);
    } else if (anchor && !ids.get(target).has(anchor)) fail(`${here}: dead link: ${url}`);
  }
}
fs.writeFileSync(path.join(root, 'counts.json'), JSON.stringify(Object.fromEntries(
  [...pages].map(([f, s]) => [f, (s.match(/<span class="katex">/g) || []).length]))));
console.log(`book: ${map.chapters.length} chapters, ${map.notebooks.length} notebooks, ${pages.size - chapters.size} API pages, ` +
  `${formulas} formulas, ${search.length} paragraphs indexed, ${links} links, ${errors} errors`);
process.exit(errors ? 1 : 0);
