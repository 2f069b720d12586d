// Colours for code, and a link for every name that has a place to go.
'use strict';

const KEYWORDS = new Set(('auto break case const continue default do else ' +
  'enum extern for goto if inline register restrict return sizeof static ' +
  'struct switch typedef union volatile while _Static_assert').split(' '));
const TYPES = new Set(('bool char double float int long short signed unsigned ' +
  'void size_t ssize_t ptrdiff_t FILE int8_t int16_t int32_t int64_t uint8_t ' +
  'uint16_t uint32_t uint64_t va_list').split(' '));

const escape = s => s.replace(/[&<>"]/g,
  c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
const unescape = s => s.replace(/&(lt|gt|quot|amp|nbsp|zwj|#\d+);/g,
  (_, n) => ({lt: '<', gt: '>', quot: '"', amp: '&', nbsp: ' ', zwj: ''})[n]
            ?? String.fromCodePoint(+n.slice(1)));

const paint = (kind, s) => `<span class="${kind}">${escape(s)}</span>`;

// In order: comment, string, directive, title of a fragment, number, name
const C = new RegExp([
  String.raw`(\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*)`,
  String.raw`("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')`,
  String.raw`(^[ \t]*#[ \t]*\w+)`,
  String.raw`(⟨[^⟩\n]*⟩)`,
  String.raw`(\b(?:0x[\da-fA-F.p+-]+|\d[\d.]*(?:[eE][+-]?\d+)?)[fFuUlL]*)`,
  String.raw`([A-Za-z_]\w*)`,
].join('|'), 'gm');

// link(name, before, code) tells where a name leads, or nothing.
function c(code, link, fragment) {
  let out = '', end = 0;
  for (const m of code.matchAll(C)) {
    out += escape(code.slice(end, m.index));
    end = m.index + m[0].length;
    const [all, comment, string, directive, title, number, name] = m;
    if (comment) out += paint('c-comment', comment);
    else if (string) out += paint('c-string', string);
    else if (directive) out += paint('c-directive', directive);
    else if (title) out += fragment(title);
    else if (number) out += paint('c-number', number);
    else if (KEYWORDS.has(name)) out += paint('c-keyword', name);
    else if (TYPES.has(name)) out += paint('c-type', name);
    else {
      const url = link(name, code.slice(0, m.index), code.slice(end));
      out += url ? `<a class="name" href="${url}">${name}</a>` : name;
    }
  }
  return out + escape(code.slice(end));
}

const shell = code => code.replace(/^([ \t]*)(#.*)?([^\n]*)$/gm,
  (_, indent, comment, rest) => indent + (comment ? paint('c-comment', comment)
    : escape(rest).replace(/(^|\s)(#.*)$/, '$1<span class="c-comment">$2</span>')));

const diff = code => code.replace(/^.*$/gm, line =>
  line[0] === '-' ? paint('d-old', line) : line[0] === '+' ? paint('d-new', line)
  : escape(line));

module.exports = {c, shell, diff, escape, unescape};
