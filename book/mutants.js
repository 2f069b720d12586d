// mutants.js - every deliberate bug must be caught by the test it names.
//
//   node book/mutants.js [NAME]        after make build/test_v4
//   node book/mutants.js --apply       only see that each can still be planted
'use strict';
const fs = require('fs');
const {share} = require('./trial.js');

const DIR = 'tests/mutants';
let errors = 0, caught = 0;
const fail = message => { console.error(message); errors++; };

// {name, file, test, hunks: [[old, new]]}
function read(name) {
  const m = {name, path: `${DIR}/${name}.mut`, file: '', test: '', hunks: []};
  let last = '';
  for (const line of fs.readFileSync(m.path, 'utf8').split('\n')) {
    if (line.startsWith('file: ')) m.file = line.slice(6).trim();
    if (line.startsWith('test: ')) m.test = line.slice(6).trim();
    if (line[0] === '-') {
      if (last !== '-') m.hunks.push(['', '']);
      m.hunks.at(-1)[0] += `${line.slice(1)}\n`;
    }
    if (line[0] === '+' && m.hunks.length) m.hunks.at(-1)[1] += `${line.slice(1)}\n`;
    last = line[0];
  }
  return m;
}

// The changed source, or undefined and a complaint
function apply(m) {
  if (!m.file || !m.test || !m.hunks.length) return fail(`${m.path}:1: file:, test: and - lines are needed`);
  if (!fs.existsSync(m.file)) return fail(`${m.path}:1: no ${m.file}`);
  let text = `\n${fs.readFileSync(m.file, 'utf8')}`;
  for (const [old, now] of m.hunks) {
    const parts = text.split(`\n${old}`);
    if (parts.length !== 2)
      return fail(`${m.path}:1: its old text occurs ${parts.length - 1} times in ${m.file}`);
    text = parts.join(`\n${now}`);
  }
  return text.slice(1);
}

async function attempt(tree, m) {
  const text = apply(m);
  if (text === undefined) return;
  const start = Date.now();
  const said = await tree.build({[m.file]: text});
  if (said) fail(`${m.path}:1: does not compile\n${said}`);
  else {
    const {tested, failed, late} = await tree.test(m.test);
    if (!tested && !late) fail(`${m.path}:1: there is no test ${m.test}`);
    else if (!failed && !late) fail(`${m.path}:1: NOT caught by ${m.test}`);
    else {
      caught++;
      console.log(`${m.name}: caught by ${m.test}${late ? ' (time-out)' : ''}, ` +
        `${((Date.now() - start) / 1000).toFixed(1)} s`);
    }
  }
  tree.restore();
}

// Without a bug every named test passes, or its failing would prove nothing
async function healthy(tree, mutants) {
  for (const test of new Set(mutants.map(m => m.test))) {
    const {tested, failed, output} = await tree.test(test);
    if (tested && failed) fail(`${test} fails without any bug\n${output}`);
  }
}

module.exports = {read, apply};

if (require.main === module) (async () => {
  const names = fs.existsSync(DIR) ? fs.readdirSync(DIR).filter(f => f.endsWith('.mut'))
    .map(f => f.slice(0, -4)) : [];
  const dry = process.argv[2] === '--apply', name = dry ? undefined : process.argv[2];
  const wanted = name ? names.filter(n => n === name) : names;
  if (name && !wanted.length) fail(`no ${DIR}/${name}.mut`);
  const mutants = wanted.map(read);
  if (dry) {
    mutants.forEach(apply);
    process.exit(errors ? 1 : 0);
  }
  await share(mutants, healthy, attempt);
  console.log(`mutants: ${caught} of ${mutants.length} caught, ${errors} errors`);
  process.exit(errors ? 1 : 0);
})();
