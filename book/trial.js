// trial.js - copies of the tree in which a change of src/ is tried.
//
// A copy has its own src/, tests/ and objects, with their times, so that after
// a change make compiles only what depends on it; data is linked. After a
// trial the source and everything made since is put back from the tree.
'use strict';
const {spawn, execFileSync} = require('child_process');
const fs = require('fs'), path = require('path');

const COPIED = ['src', 'GNUmakefile', 'build/src', 'build/tests', 'build/flags', 'build/test_v4', 'v4'];

// Variables given to make are kept (CC=, OPENMP=…), its job server is not
function environment() {
  const flags = (process.env.MAKEFLAGS || '').split(' -- ')[1] || '';
  const env = {...process.env, MAKEFLAGS: flags ? `-- ${flags}` : '', V4: './v4'};
  delete env.MAKELEVEL;
  delete env.MFLAGS;
  return env;
}

// Run a command; {status, output}, status null after a time-out
function command(program, args, cwd, seconds) {
  return new Promise(resolve => {
    const child = spawn(program, args, {cwd, env: environment(), detached: true,
      stdio: ['ignore', 'pipe', 'pipe']});
    let output = '', late = false;
    child.stdout.on('data', d => { output += d; });
    child.stderr.on('data', d => { output += d; });
    const clock = setTimeout(() => { late = true; process.kill(-child.pid, 'SIGKILL'); }, seconds * 1000);
    child.on('close', status => { clearTimeout(clock); resolve({status: late ? null : status, output}); });
  });
}

class Tree {
  constructor(dir) {
    this.dir = dir;
    fs.rmSync(dir, {recursive: true, force: true});
    fs.mkdirSync(path.join(dir, 'build'), {recursive: true});
    for (const f of COPIED.filter(f => fs.existsSync(f)))
      execFileSync('cp', ['-a', f, path.join(dir, f)]);
    const link = f => fs.symlinkSync(path.resolve(f), path.join(dir, f));
    fs.mkdirSync(path.join(dir, 'tests'));
    for (const e of fs.readdirSync('tests', {withFileTypes: true}))
      if (e.name === 'support' || e.isFile()) execFileSync('cp', ['-a', `tests/${e.name}`, `${dir}/tests/`]);
      else link(`tests/${e.name}`);
    for (const f of ['tiny_models', 'figures', 'book', '.ci', 'chapters', 'notebooks_md'])
      if (fs.existsSync(f)) link(f);
    this.stamp = path.join(dir, 'build/stamp');
  }

  // Write changed sources: {file: text}; then compile. '' or what make said.
  async build(changes) {
    this.changes = Object.keys(changes);
    fs.writeFileSync(this.stamp, '');
    for (const [file, text] of Object.entries(changes))
      fs.writeFileSync(path.join(this.dir, file), text);
    const targets = ['build/test_v4', ...fs.existsSync(path.join(this.dir, 'v4')) ? ['v4'] : []];
    const {status, output} = await command('make', ['--no-print-directory', '-s', ...targets], this.dir, 300);
    return status === 0 ? '' : output || 'make failed';
  }

  // {tested, failed, late} of the tests that match
  async test(filter, seconds = 120) {
    const {status, output} = await command('build/test_v4', ['-j1', '--filter', filter], this.dir, seconds);
    const m = output.match(/Tested: *(\d+) .*Passing: *(\d+)/);
    return {late: status === null, tested: m ? +m[1] : 0, failed: m ? m[1] - m[2] : 0, output};
  }

  // The tree again as it was. After a time-out a program may still be dying, and
  // what runs cannot be written to: it is replaced.
  restore() {
    const put = file => execFileSync('cp', ['-p', '--remove-destination', file, path.join(this.dir, file)]);
    this.changes.forEach(put);
    const roots = ['build', 'v4'].filter(f => fs.existsSync(path.join(this.dir, f)));
    const made = execFileSync('find', [...roots, '-newer', 'build/stamp', '-type', 'f'],
      {cwd: this.dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).split('\n').filter(Boolean);
    for (const file of made)
      if (fs.existsSync(file)) put(file);
      else fs.rmSync(path.join(this.dir, file));
  }
}

// First ask one copy whether all is well, then give each job to the next free
// copy of two. Several such runs may go on at once.
async function share(jobs, healthy, work) {
  if (!jobs.length) return;
  const name = k => `build/trial/${process.pid}.${k}`;
  process.on('exit', () => { for (const k of [0, 1]) fs.rmSync(name(k), {recursive: true, force: true}); });
  const trees = Array.from({length: Math.min(2, jobs.length)}, (_, k) => new Tree(name(k)));
  await healthy(trees[0], jobs);
  let next = 0;
  await Promise.all(trees.map(async tree => {
    while (next < jobs.length) await work(tree, jobs[next++]);
  }));
}

module.exports = {share};
