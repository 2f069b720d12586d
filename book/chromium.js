// chromium.js - Debian's Chromium, driven over its debugging pipe.
'use strict';
const {spawn} = require('child_process');
const fs = require('fs'), os = require('os'), path = require('path');

class Browser {
  constructor() {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'v4-book-'));
    this.child = spawn(process.env.CHROMIUM || '/usr/bin/chromium', ['--headless=new', '--no-sandbox',
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--hide-scrollbars',
      `--user-data-dir=${this.profile}`, '--remote-debugging-pipe', 'about:blank'],
    {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.waiting = new Map();
    this.listeners = new Set();
    this.next = 1;
    let rest = '';
    this.child.stdio[4].setEncoding('utf8');
    this.child.stdio[4].on('data', data => {
      const messages = (rest + data).split('\0');
      rest = messages.pop();
      for (const m of messages) this.receive(JSON.parse(m));
    });
    this.child.on('error', e => { console.error(`chromium: ${e.message}`); process.exit(1); });
    this.gone = new Promise(resolve => this.child.on('exit', resolve));
    this.gone.then(() => {
      for (const {reject} of this.waiting.values()) reject(new Error('chromium has ended'));
    });
  }

  receive(m) {
    const call = this.waiting.get(m.id);
    if (!call) { for (const f of this.listeners) f(m); return; }
    this.waiting.delete(m.id);
    if (m.error) call.reject(new Error(`${call.method}: ${m.error.message}`));
    else call.resolve(m.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    this.child.stdio[3].write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, {resolve, reject, method}));
  }

  async page() {
    const {targetId} = await this.send('Target.createTarget', {url: 'about:blank'});
    const {sessionId} = await this.send('Target.attachToTarget', {targetId, flatten: true});
    const page = new Page(this, sessionId);
    this.listeners.add(m => { if (m.sessionId === sessionId) page.receive(m); });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    return page;
  }

  async close() {
    this.send('Browser.close').catch(() => {});
    await Promise.race([this.gone, new Promise(r => setTimeout(r, 3000))]);
    this.child.kill();
    fs.rmSync(this.profile, {recursive: true, force: true, maxRetries: 5});
  }
}

class Page {
  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    this.complaints = [];
    this.loaded = () => {};
  }

  send(method, params) { return this.browser.send(method, params, this.session); }

  receive({method, params: p}) {
    if (method === 'Page.loadEventFired') this.loaded();
    else if (method === 'Runtime.exceptionThrown')
      this.complaints.push(p.exceptionDetails.exception?.description || p.exceptionDetails.text);
    else if (method === 'Runtime.consoleAPICalled' && /error|warning/.test(p.type))
      this.complaints.push(p.args.map(a => a.value).join(' '));
    else if (method === 'Log.entryAdded' && /error|warning/.test(p.entry.level))
      this.complaints.push(`${p.entry.text} ${p.entry.url || ''}`);
    else if (method === 'Network.loadingFailed' && !p.canceled)
      this.complaints.push(`not loaded: ${p.errorText}`);
  }

  async open(url, width = 1280, height = 900) {
    await this.send('Emulation.setDeviceMetricsOverride',
      {width, height, deviceScaleFactor: 1, mobile: width < 600});
    const loaded = new Promise((resolve, reject) => {
      this.loaded = resolve;
      setTimeout(() => reject(new Error(`${url}: not loaded after 20 s`)), 20000).unref();
    });
    const {loaderId} = await this.send('Page.navigate', {url});
    if (loaderId) await loaded;      // else only the #anchor has changed
  }

  async run(expression) {
    const {result, exceptionDetails} = await this.send('Runtime.evaluate',
      {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
    return result.value;
  }

  async shot(file, whole) {
    let clip;
    if (whole) {
      const {cssContentSize: s} = await this.send('Page.getLayoutMetrics');
      clip = {x: 0, y: 0, width: s.width, height: Math.min(s.height, 12000), scale: 1};
    }
    const {data} = await this.send('Page.captureScreenshot', {format: 'png', clip, captureBeyondViewport: !!whole});
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }
}

module.exports = {Browser};
