// wasi.js - a small computer for v4.wasm: arguments, a clock, files in memory.
//
//   const {status, out, err} = run(module, ['info', 'tiny'], files);
//
// files is a Map from paths ("tiny/config.json") to Uint8Array; what the program
// writes is in it afterwards, what it removes is not. Directories exist when
// something is in them or when the program made them. Nothing else is reached:
// no disk, no network. The same text runs in node and in a page.
'use strict';

const BADF = 8, EXIST = 20, INVAL = 28, ISDIR = 31, NOENT = 44, NOSYS = 52, NOTEMPTY = 55;
const DEVICE = 2, DIRECTORY = 3, REGULAR = 4; // kinds of file
const ROOT = 3; // the one directory that is open at the start

class Exit extends Error {
  constructor(status) { super(`exit ${status}`); this.status = status; }
}

// Bytes that grow: twice as much room as is needed when there is too little
class Growing {
  constructor(bytes) { this.room = bytes; this.size = bytes.length; }
  bytes() { return this.room.subarray(0, this.size); }
  resize(size) {
    if (size > this.room.length) {
      const more = new Uint8Array(Math.max(size, 2 * this.room.length));
      more.set(this.bytes());
      this.room = more;
    } else if (size > this.size) this.room.fill(0, this.size, size);
    this.size = size;
  }
  write(at, bytes) {
    if (at + bytes.length > this.size) this.resize(at + bytes.length);
    this.room.set(bytes, at);
  }
}

const clean = path => path.split('/').filter(part => part && part !== '.').join('/');

class Files {
  constructor(map) {
    this.map = map;
    this.open = new Map(); // path -> Growing, while somebody writes or reads
    this.made = new Set(['']);
  }
  names() { return [...this.map.keys(), ...this.made]; }
  isDirectory(path) {
    return this.made.has(path) || this.names().some(name => name.startsWith(`${path}/`));
  }
  kind(path) { return this.map.has(path) ? REGULAR : this.isDirectory(path) ? DIRECTORY : 0; }
  reach(path) {
    if (!this.open.has(path)) this.open.set(path, new Growing(this.map.get(path)));
    return this.open.get(path);
  }
  list(path) {
    const start = path ? `${path}/` : '';
    return [...new Set(this.names().filter(n => n !== path && n.startsWith(start))
      .map(n => n.slice(start.length).split('/')[0]))].sort();
  }
  remove(path) { this.map.delete(path); this.open.delete(path); }
  rename(from, to) {
    this.open.set(to, this.reach(from));
    this.map.set(to, this.map.get(from));
    this.remove(from);
  }
  finish() { for (const [path, file] of this.open) this.map.set(path, file.bytes().slice()); }
}

class Host {
  constructor(args, files, env) {
    this.args = ['v4', ...args];
    this.env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    this.files = new Files(files);
    this.text = [null, new Growing(new Uint8Array(256)), new Growing(new Uint8Array(256))];
    for (const t of this.text.slice(1)) t.resize(0);
    this.fds = new Map([0, 1, 2].map(n => [n, {kind: DEVICE, file: this.text[n], at: 0}]));
    this.fds.set(ROOT, {kind: DIRECTORY, path: ''});
  }

  // Views of memory that has not grown meanwhile, and what is done with them
  get view() { return new DataView(this.memory.buffer); }
  get bytes() { return new Uint8Array(this.memory.buffer); }
  set32(at, value) { this.view.setUint32(at, value, true); return 0; }
  string(at, length) { return new TextDecoder().decode(this.bytes.slice(at, at + length)); }
  path(dir, at, length) { return clean(`${this.fds.get(dir).path}/${this.string(at, length)}`); }
  vectors(at, n) {
    return Array.from({length: n}, (_, i) => this.bytes.subarray(
      this.view.getUint32(at + 8 * i, true),
      this.view.getUint32(at + 8 * i, true) + this.view.getUint32(at + 8 * i + 4, true)));
  }

  // Strings one after another, their addresses in a table
  strings(list, table, text) {
    for (const s of list) {
      const bytes = new TextEncoder().encode(`${s}\0`);
      this.set32(table, text);
      this.bytes.set(bytes, text);
      table += 4;
      text += bytes.length;
    }
    return 0;
  }
  sizes(list, count, length) {
    this.set32(count, list.length);
    return this.set32(length, new TextEncoder().encode(list.map(s => `${s}\0`).join('')).length);
  }
  stat(at, kind, size) {
    this.bytes.fill(0, at, at + 64);
    this.view.setUint8(at + 16, kind);
    this.view.setBigUint64(at + 32, BigInt(size), true);
    return 0;
  }
  read(fd, at, vectors) {
    let done = 0;
    for (const to of vectors) {
      const from = fd.file ? fd.file.bytes().subarray(at + done, at + done + to.length) : [];
      to.set(from);
      done += from.length;
    }
    return done;
  }

  imports() {
    const need = f => (fd, ...rest) => this.fds.has(fd) ? f(this.fds.get(fd), ...rest) : BADF;
    return {
      args_get: (table, text) => this.strings(this.args, table, text),
      args_sizes_get: (count, length) => this.sizes(this.args, count, length),
      environ_get: (table, text) => this.strings(this.env, table, text),
      environ_sizes_get: (count, length) => this.sizes(this.env, count, length),
      clock_time_get: (id, precision, to) => {
        const ms = id ? performance.now() : Date.now();
        this.view.setBigUint64(to, BigInt(Math.round(ms * 1e6)), true);
        return 0;
      },
      proc_exit: status => { throw new Exit(status); },
      fd_prestat_get: (fd, to) => fd === ROOT ? this.set32(to, 0) || this.set32(to + 4, 1) : BADF,
      fd_prestat_dir_name: (fd, to) => { this.bytes[to] = 47; return 0; },
      fd_fdstat_get: need((f, to) => {
        this.bytes.fill(0, to, to + 24).fill(255, to + 8, to + 24); // every right
        this.bytes[to] = f.kind;
        return 0;
      }),
      fd_fdstat_set_flags: () => 0,
      fd_filestat_get: need((f, to) => this.stat(to, f.kind, f.file ? f.file.size : 0)),
      fd_filestat_set_size: need((f, size) => { f.file.resize(Number(size)); return 0; }),
      fd_read: need((f, at, n, to) => {
        const done = this.read(f, f.at, this.vectors(at, n));
        f.at += done;
        return this.set32(to, done);
      }),
      fd_pread: need((f, at, n, offset, to) =>
        this.set32(to, this.read(f, Number(offset), this.vectors(at, n)))),
      fd_write: need((f, at, n, to) => {
        let done = 0;
        for (const bytes of this.vectors(at, n)) {
          f.file.write(f.kind === DEVICE || f.append ? f.file.size : f.at, bytes);
          f.at += bytes.length;
          done += bytes.length;
        }
        return this.set32(to, done);
      }),
      fd_seek: need((f, offset, whence, to) => {
        if (f.kind !== REGULAR) return INVAL;
        f.at = Number(offset) + [0, f.at, f.file.size][whence];
        this.view.setBigUint64(to, BigInt(f.at), true);
        return 0;
      }),
      fd_close: fd => this.fds.delete(fd) ? 0 : BADF,
      fd_readdir: need((f, to, room, cookie, used) => {
        let at = 0;
        for (const [i, name] of this.files.list(f.path).entries()) {
          if (i < Number(cookie)) continue;
          const text = new TextEncoder().encode(name), entry = new Uint8Array(24 + text.length);
          const head = new DataView(entry.buffer);
          head.setBigUint64(0, BigInt(i + 1), true);
          head.setUint32(16, text.length, true);
          head.setUint8(20, this.files.kind(clean(`${f.path}/${name}`)));
          entry.set(text, 24);
          const fits = entry.subarray(0, room - at);
          this.bytes.set(fits, to + at);
          at += fits.length;
        }
        return this.set32(used, at);
      }),
      path_filestat_get: (dir, flags, at, length, to) => {
        const path = this.path(dir, at, length), kind = this.files.kind(path);
        if (!kind) return NOENT;
        return this.stat(to, kind, kind === REGULAR ? this.files.reach(path).size : 0);
      },
      path_open: (dir, follow, at, length, how, rights, inherited, flags, to) => {
        const path = this.path(dir, at, length);
        let kind = this.files.kind(path);
        const above = path.split('/').slice(0, -1).join('/');
        if (!kind && !(how & 1 && this.files.isDirectory(above))) return NOENT;
        if (kind && (how & 4)) return EXIST;
        if (kind === DIRECTORY && (how & 9)) return ISDIR;
        if (!kind) { this.files.map.set(path, new Uint8Array(0)); kind = REGULAR; }
        const file = kind === REGULAR ? this.files.reach(path) : null;
        if (how & 8) file.resize(0);
        let fd = ROOT;
        while (this.fds.has(fd)) fd++;
        this.fds.set(fd, {kind, path, file, at: 0, append: flags & 1});
        return this.set32(to, fd);
      },
      path_create_directory: (dir, at, length) => {
        const path = this.path(dir, at, length);
        if (this.files.kind(path)) return EXIST;
        this.files.made.add(path);
        return 0;
      },
      path_remove_directory: (dir, at, length) => {
        const path = this.path(dir, at, length);
        if (this.files.list(path).length) return NOTEMPTY;
        return this.files.made.delete(path) ? 0 : NOENT;
      },
      path_rename: (dir, at, length, dir2, at2, length2) => {
        const from = this.path(dir, at, length);
        if (!this.files.map.has(from)) return NOENT;
        this.files.rename(from, this.path(dir2, at2, length2));
        return 0;
      },
      path_readlink: () => INVAL, // there are no links
      path_unlink_file: (dir, at, length) => {
        const path = this.path(dir, at, length);
        if (!this.files.map.has(path)) return NOENT;
        this.files.remove(path);
        return 0;
      },
    };
  }
}

// Run a compiled WebAssembly.Module once, from the beginning
function run(module, args, files = new Map(), env = {}) {
  const host = new Host(args, files, env);
  const wasi = host.imports(), missing = {fchmod: () => 0}; // files are everybody's
  for (const {module: from, name} of WebAssembly.Module.imports(module))
    if (from !== 'env') wasi[name] ??= () => NOSYS;
    else missing[name] ??= () => { throw new Error(`${name} is not in v4.wasm`); };
  const instance = new WebAssembly.Instance(module,
    {wasi_snapshot_preview1: wasi, env: missing});
  host.memory = instance.exports.memory;
  let status = 0;
  try {
    instance.exports._start();
  } catch (e) {
    if (!(e instanceof Exit)) throw e;
    status = e.status;
  }
  host.files.finish();
  const [out, err] = host.text.slice(1).map(t => new TextDecoder().decode(t.bytes()));
  return {status, out, err};
}

if (typeof module !== 'undefined') module.exports = {run};
