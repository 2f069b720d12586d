// broken.js - the program with one deliberate bug in it, to see what it does.
//
//   node book/broken.js NAME        makes build/broken/NAME
//
// Compiles tests/mutants/NAME.mut on a copy of src/ and of its objects, so
// that only what the bug touches is compiled. The tree itself stays as it is.
'use strict';
const {execFileSync} = require('child_process');
const fs = require('fs'), path = require('path');
const {read, apply} = require('./mutants.js');

const name = process.argv[2], out = 'build/broken';
if (!name || !fs.existsSync(`tests/mutants/${name}.mut`)) {
  console.error(`make broken MUTANT=NAME: found ${name ? `"${name}"` : 'no NAME'}, ` +
    'expected one of tests/mutants/NAME.mut');
  process.exit(2);
}
const mutant = read(name), text = apply(mutant);
if (text === undefined) process.exit(1);

const tree = fs.mkdtempSync(path.join(fs.mkdirSync(out, {recursive: true}) || out, 'tree-'));
process.on('exit', () => fs.rmSync(tree, {recursive: true, force: true}));
fs.mkdirSync(path.join(tree, 'build'));
for (const f of ['src', 'GNUmakefile', 'build/src', 'build/flags', '.ci'].filter(f => fs.existsSync(f)))
  execFileSync('cp', ['-a', f, path.join(tree, f)]);
fs.writeFileSync(path.join(tree, mutant.file), text);
const env = {...process.env, MAKEFLAGS: (process.env.MAKEFLAGS || '').replace(/.*? -- /, '-- ')};
delete env.MAKELEVEL;
execFileSync('make', ['-s', '--no-print-directory', 'v4'], {cwd: tree, env, stdio: ['ignore', 'ignore', 'inherit']});
fs.renameSync(path.join(tree, 'v4'), path.join(out, name));
