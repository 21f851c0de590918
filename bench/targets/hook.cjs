/**
 * Preloaded into every server under test (plain JavaScript, so that it adds nothing to their start).
 *
 * - A server that names no host listens on 127.0.0.1: nothing here is ever reachable from outside.
 * - SIGUSR2 collects garbage, so that resident memory can be compared; or, with BENCH_PROFILE set to a
 *   file, starts a CPU profile and the second time writes it there: the load without the start-up.
 * - The process ends when the bench that started it is gone, however that ended.
 */
'use strict';
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null && first.port !== undefined && first.host === undefined) {
    args[0] = { ...first, host: '127.0.0.1' };
  } else if (/^\d+$/.test(String(first)) && typeof second !== 'string') {
    args.splice(1, second === undefined || second === null ? 1 : 0, '127.0.0.1');
  }
  return listen.apply(this, args);
};

const { ppid } = process;
setInterval(() => {
  if (process.ppid !== ppid) process.exit(1);
}, 1000).unref();

const profile = process.env.BENCH_PROFILE;
// What the server starts itself must neither be preloaded nor profiled.
delete process.env.BENCH_PROFILE;

let session;
function toggleProfile() {
  if (!session) {
    const { Session } = require('node:inspector');
    session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 200 });
    session.post('Profiler.start');
    return;
  }
  session.post('Profiler.stop', (error, result) => {
    const { renameSync, writeFileSync } = require('node:fs');
    writeFileSync(`${profile}.part`, JSON.stringify(error ? { error } : result.profile));
    // Whoever waits for the file sees it whole.
    renameSync(`${profile}.part`, profile);
  });
  session.disconnect();
  session = undefined;
}

process.on('SIGUSR2', () => {
  if (profile) toggleProfile();
  else if (globalThis.gc) {
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    setTimeout(() => globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }), 50).unref();
  }
});
