// libc.js - the same bits with another C library, on another machine.
//
//   node tests/checks/libc.js V4 LIBM WASM        after make
//
// V4 and LIBM are programs of this machine, WASM/v4.wasm and WASM/libm.wasm the
// same sources for wasm32-wasi. Whole traces of the tiny models are compared
// byte for byte; what the mathematical functions of both libraries do is shown.
'use strict';
const {execFileSync, spawnSync} = require('child_process');
const fs = require('fs');
const {run} = require('../../book/wasi.js');

const [v4, libm, dir] = process.argv.slice(2);
const load = name => new WebAssembly.Module(fs.readFileSync(`${dir}/${name}.wasm`));
const program = load('v4');
const TEXT = 'tiny_models/demo.txt';
let errors = 0;
const fail = message => { console.error(message); errors++; };

// Name, and whether both libraries gave the same float32 every time
function functions() {
  const theirs = run(load('libm'), []).out.trim().split('\n');
  const ours = execFileSync(libm, {encoding: 'utf8'}).trim().split('\n');
  const names = same => ours.filter((line, i) => (line === theirs[i]) === same)
    .map(line => line.split('\t')[0]).join('; ');
  console.log(`the same in both C libraries: ${names(true)}`);
  console.log(`not the same: ${names(false)}`);
}

// Everything a model reads, as the other machine's files
function model(path) {
  const files = new Map([[TEXT, new Uint8Array(fs.readFileSync(TEXT))]]);
  for (const f of fs.readdirSync(path))
    files.set(`${path}/${f}`, new Uint8Array(fs.readFileSync(`${path}/${f}`)));
  return files;
}

function compare(path, numerics) {
  const args = ['trace', path, '-f', TEXT, '--mtp', '--numerics', numerics, '--kernels', 'scalar',
    '-o'];
  const native = `${dir}/native.safetensors`, other = `${dir}/wasm.safetensors`;
  execFileSync(v4, [...args, native]);
  const files = model(path), said = run(program, [...args, 'out'], files);
  const what = `${path}, ${numerics}`;
  if (said.status) return fail(`${what}: status ${said.status}, ${said.err}`);
  const bytes = files.get('out');
  if (fs.readFileSync(native).equals(bytes))
    return console.log(`${what}: ${bytes.length} bytes of trace, the same`);
  fs.writeFileSync(other, bytes);
  const differ = spawnSync(v4, ['diff', other, native], {encoding: 'utf8'});
  fail(`${what}: differs\n${differ.stdout}${differ.stderr}`);
}

// The dice fall the same, too
function dice(path) {
  const args = ['run', path, '-f', TEXT, '-n', '40', '--temperature', '1', '--seed', '1'];
  const native = execFileSync(v4, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
  const {out} = run(program, args, model(path));
  if (native === out) console.log(`${path}: 40 tokens by chance, the same`);
  else fail(`${path}: other tokens: ${JSON.stringify(out)}, not ${JSON.stringify(native)}`);
}

functions();
for (const path of ['tiny_models/tiny-flash', 'tiny_models/tiny-pro', 'tiny_models/tiny-long'])
  for (const numerics of ['exact', 'faithful']) compare(path, numerics);
dice('tiny_models/tiny-flash');
process.exit(errors ? 1 : 0);
