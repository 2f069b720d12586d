// from_book.js - the program again, out of the finished pages.
//
//   node book/from_book.js build/book/html src build/from-book/src
//
// A fragment is read as a reader would: its head says ⟨Title⟩ and where it is
// from, its code is text, and a line that is only ⟨Title⟩ stands for the
// fragment of that title, indented as the line is. Nothing is taken from
// attributes, scripts or comments. The result is written and compared with
// the sources, line by line, indentation included; markers and blank lines
// aside.
'use strict';
const fs = require('fs'), path = require('path');
const {unescape} = require('./highlight.js');

const [pages, src, out] = process.argv.slice(2);
const visible = s => unescape(s.replace(/<[^>]*>/g, ''));
let errors = 0;
const fail = message => { console.error(message); errors++; };

const fragments = new Map();   // title -> {title, file, line, code}
for (const page of fs.readdirSync(pages).filter(f => /^(ch_|index)/.test(f))) {
  const html = fs.readFileSync(path.join(pages, page), 'utf8')
    .replace(/<!--[\s\S]*?-->|<(script|style|head)\b[\s\S]*?<\/\1>/g, '');
  for (const [, head, code] of html.matchAll(
    /<div class="frag-head">([\s\S]*?)<\/div>[\s\S]*?<pre\b[^>]*>([\s\S]*?)<\/pre>/g)) {
    const m = visible(head).match(/^⟨(.*)⟩ (\S+):(\d+)–\d+$/);
    if (!m) { fail(`${page}: cannot read the head «${visible(head)}»`); continue; }
    if (fragments.has(m[1])) fail(`${page}: ⟨${m[1]}⟩ is shown twice`);
    fragments.set(m[1], {title: m[1], file: m[2], line: +m[3],
      code: visible(code).replace(/\n$/, '').split('\n')});
  }
}

const nested = line => line.match(/^( *)⟨(.*)⟩$/);
const inner = new Set();
for (const f of fragments.values())
  for (const line of f.code) if (nested(line)) inner.add(nested(line)[2]);

// The lines of a fragment with every title replaced by what it stands for
function expand(f, indent, depth = 0) {
  if (depth > 20) { fail(`${f.file}: ⟨${f.title}⟩ contains itself`); return []; }
  return f.code.flatMap(line => {
    const m = nested(line);
    if (!m) return [line ? indent + line : ''];
    const child = fragments.get(m[2]);
    if (!child) { fail(`${f.file}: ⟨${m[2]}⟩ is nowhere in the book`); return []; }
    return expand(child, indent + m[1], depth + 1);
  });
}

const files = new Map();
for (const f of [...fragments.values()].sort((a, b) => a.line - b.line))
  if (!inner.has(f.title))
    files.set(f.file, [...(files.get(f.file) || []), ...expand(f, ''), '']);

fs.rmSync(out, {recursive: true, force: true});
for (const [file, lines] of files) {
  const to = path.join(out, file.replace(/^src\//, ''));
  fs.mkdirSync(path.dirname(to), {recursive: true});
  fs.writeFileSync(to, lines.join('\n'));
}

// ---- compare

const list = dir => fs.readdirSync(dir, {withFileTypes: true}).flatMap(e =>
  e.isDirectory() ? list(path.join(dir, e.name))
    : /\.[ch]$/.test(e.name) ? [path.join(dir, e.name)] : []);
const solid = lines => lines.filter(l => l.trim() && !/^ *\/\/[<>] \[/.test(l));
let total = 0;
for (const file of list(src)) {
  const want = solid(fs.readFileSync(file, 'utf8').split('\n'));
  const name = path.join('src', path.relative(src, file));
  const have = solid(files.get(name) || []);
  const i = want.findIndex((line, k) => line !== have[k]);
  files.delete(name);
  total += want.length;
  if (i >= 0 || have.length !== want.length)
    fail(`${name}: line ${i < 0 ? want.length : i} without blanks and markers\n` +
      `  source «${want[i < 0 ? have.length : i]}»\n  book   «${have[i < 0 ? want.length : i]}»`);
}
for (const file of files.keys()) fail(`${file}: in the book, but not in ${src}`);
console.log(`from-book: ${fragments.size} fragments, ${total} lines rebuilt from the pages, ${errors} errors`);
process.exit(errors ? 1 : 0);
