// print.js - all chapters on one page, print.html, for paper and PDF.
//
//   node book/print.js build/book/html
'use strict';
const fs = require('fs'), path = require('path');

const dir = process.argv[2] || 'build/book/html';
const read = f => fs.readFileSync(path.join(dir, f), 'utf8');
const chapters = ['index.html', ...fs.readdirSync(dir).filter(f => /^ch_\d/.test(f)).sort()];
const inside = new Set(chapters);

const sections = chapters.map(f => {
  const page = read(f);
  const start = page.indexOf('<article class="contents">');
  const article = page.slice(start + 26, page.indexOf('</article>', start))
    .replace(/<nav class="neighbours">[\s\S]*?<\/nav>/, '')
    .replace(/<details(?: class="(\w+)")?>/g, '<details open class="$1">')
    // a link stays one only if it leads to a page of this book or out of it
    .replace(/<a ([^>]*?)href="([^"#]*)(#[^"]*)?"([^>]*)>([\s\S]*?)<\/a>/g, (all, before, file, anchor, after, text) =>
      /^https?:/.test(file) ? all
        : file === '' || inside.has(file) ? `<a ${before}href="${anchor || `#page-${file}`}"${after}>${text}</a>` : text);
  return `<section class="print-chapter" id="page-${f}">${article}</section>`;
});

fs.writeFileSync(path.join(dir, 'print.html'), `<!DOCTYPE html>
<html lang="en" class="light-mode">
<head>
<meta charset="utf-8">
<title>v4.c: DeepSeek-V4, line by line</title>
<link rel="stylesheet" href="katex/katex.min.css">
<link rel="stylesheet" href="doxygen-awesome.css">
<link rel="stylesheet" href="book.css">
</head>
<body class="chapter">
<main><article class="contents">
${sections.join('\n')}
</article></main>
</body>
</html>
`);
console.log(`print.html: ${chapters.length} chapters`);
