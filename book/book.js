// What a page can do beyond being read: dark mode, search, menu, copying.
'use strict';
(() => {
  const html = document.documentElement;
  const stored = key => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode */ } };

  const shade = dark => {
    html.classList.toggle('dark-mode', dark);
    html.classList.toggle('light-mode', !dark);
  };
  const wanted = stored('shade');
  shade(wanted ? wanted === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);

  // ---- search: every word (or its beginning) in one paragraph ---------------

  const fold = s => s.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const escape = s => s.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
  let entries = null;

  function load(then) {
    if (entries) return then();
    const script = document.createElement('script');
    script.src = 'prose.js';
    script.onload = () => {
      entries = window.PROSE.map(([url, chapter, section, text]) =>
        ({url, chapter, section, text, folded: fold(text), head: fold(`${chapter} ${section}`)}));
      then();
    };
    document.head.append(script);
  }

  function find(query) {
    const phrase = fold(query).trim().replace(/\s+/g, ' ');
    const words = phrase.split(' ').filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const e of entries) {
      if (!words.every(w => e.folded.includes(w) || e.head.includes(w))) continue;
      const inText = words.filter(w => e.folded.includes(w)).length;
      const score = (e.folded.includes(phrase) ? 100 : 0) + 10 * inText +
        (e.head.includes(phrase) ? 30 : 0) + (e.text[0] === '⟨' ? 5 : 0) -
        Math.min(e.text.length, 2000) / 1000;
      found.push({...e, score});
    }
    const names = window.NAMES.filter(([n]) => fold(n).includes(phrase)).slice(0, 4)
      .map(([text, url]) => ({url, chapter: 'Reference', section: '', text, folded: fold(text), score: 40}));
    return [...found, ...names].sort((a, b) => b.score - a.score).slice(0, 30);
  }

  // The part of a paragraph around the first hit, hits marked
  function snippet(text, words) {
    const folded = fold(text);
    const at = Math.max(0, Math.min(...words.map(w => folded.indexOf(w)).filter(i => i >= 0), text.length) - 60);
    const part = (at ? '…' : '') + text.slice(at, at + 200) + (text.length > at + 200 ? '…' : '');
    const marks = words.map(w => w.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
    return part.split(new RegExp(`(${marks})`, 'gi'))
      .map((s, i) => i % 2 ? `<mark>${escape(s)}</mark>` : escape(s)).join('');
  }

  function show(query) {
    const box = document.getElementById('results');
    const words = fold(query).trim().split(/\s+/).filter(Boolean);
    box.hidden = !words.length;
    if (!words.length) return;
    const hits = find(query);
    box.innerHTML = hits.map(h => `<a href="${h.url}"><b>${escape(h.chapter)}` +
      `${h.section ? ` › ${escape(h.section)}` : ''}</b>${snippet(h.text, words)}</a>`).join('') ||
      '<p>Nothing found. Every word must stand in the same paragraph.</p>';
  }

  function startSearch() {
    const input = document.querySelector('#search input');
    const box = document.getElementById('results');
    const move = step => {
      const all = [...box.querySelectorAll('a')];
      const next = all[Math.max(0, all.findIndex(a => a.classList.contains('chosen')) + step)];
      all.forEach(a => a.classList.toggle('chosen', a === next));
      next?.scrollIntoView({block: 'nearest'});
    };
    input.addEventListener('focus', () => load(() => show(input.value)));
    input.addEventListener('input', () => load(() => show(input.value)));
    input.addEventListener('keydown', e => {
      if (e.key === 'ArrowDown') { move(1); e.preventDefault(); }
      if (e.key === 'ArrowUp') { move(-1); e.preventDefault(); }
      if (e.key === 'Escape') { box.hidden = true; input.blur(); }
    });
    document.getElementById('search').addEventListener('submit', e => {
      e.preventDefault();
      const hit = box.querySelector('a.chosen') || box.querySelector('a');
      if (hit) { box.hidden = true; location.href = hit.href; }
    });
    document.addEventListener('click', e => {
      if (!e.target.closest('#search') && (!box.contains(e.target) || e.target.closest('a')))
        box.hidden = true;
    });
    document.addEventListener('keydown', e => {
      if (e.key === '/' && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
        e.preventDefault();
        input.focus();
      }
    });
  }

  // ---- menu, copying, where we are -------------------------------------------

  function startMenu() {
    const button = document.getElementById('menu');
    const set = open => {
      document.body.classList.toggle('menu-open', open);
      button.setAttribute('aria-expanded', open);
    };
    button.addEventListener('click', () => set(!document.body.classList.contains('menu-open')));
    document.querySelector('main').addEventListener('click', () => set(false));
    document.querySelector('#sidebar [aria-current]')?.scrollIntoView({block: 'center'});
    document.getElementById('dark').addEventListener('click', () => {
      const dark = !html.classList.contains('dark-mode');
      shade(dark);
      store('shade', dark ? 'dark' : 'light');
    });
  }

  function startCopying() {
    for (const pre of document.querySelectorAll('pre.code:not(.lang-out)')) {
      const button = document.createElement('button');
      button.className = 'copy';
      button.type = 'button';
      button.textContent = 'copy';
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = 'copied';
        setTimeout(() => { button.textContent = 'copy'; }, 1200);
      });
      const holder = document.createElement('div');
      holder.className = 'holder';
      pre.replaceWith(holder);
      holder.append(pre, button);
    }
  }

  function startContents() {
    const links = new Map([...document.querySelectorAll('.toc a')]
      .map(a => [document.getElementById(a.hash.slice(1)), a]));
    if (!links.size) return;
    const mark = () => {
      let here = null;
      for (const [heading, a] of links) {
        a.classList.remove('here');
        if (heading.getBoundingClientRect().top < 120) here = a;
      }
      here?.classList.add('here');
    };
    addEventListener('scroll', mark, {passive: true});
    mark();
  }

  // A link into a folded table or answer opens it
  function unfold() {
    const target = document.getElementById(location.hash.slice(1));
    target?.querySelectorAll(':scope > details').forEach(d => { d.open = true; });
  }

  document.addEventListener('DOMContentLoaded', () => {
    startSearch();
    startMenu();
    startCopying();
    startContents();
    unfold();
    addEventListener('hashchange', unfold);
  });
})();
