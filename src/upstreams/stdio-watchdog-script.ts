/**
 * What the watchdog process runs, as text: it must also start from a gateway that is one bundled file, where
 * there is no second file to point at.
 *
 * It reads lines: `+<group>` and `-<group>` keep its list, `.` says that all is well and it may go. When its input
 * ends without a `.`, the gateway is gone, however it died: it ends every group on its list, and on Linux every
 * process that carries the gateway's marker in its environment (argument 1, `NAME=token.`). It looks until it found
 * nothing twice, a tenth of a second apart, because a child that was being born as the gateway died shows its
 * marker only a moment later.
 */
export const WATCHDOG_SCRIPT = `
'use strict';
const fs = require('node:fs');
const marker = process.argv[1];
const groups = new Set();
let rest = '';
process.title = 'sluice-watchdog';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
  try { process.on(signal, () => {}); } catch {}
}
process.stdin.setEncoding('latin1');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    if (line === '.') process.exit(0);
    const group = Number(line.slice(1));
    if (!Number.isInteger(group) || group < 2) continue;
    if (line[0] === '+') groups.add(group); else groups.delete(group);
  }
});
process.stdin.on('error', end);
process.stdin.on('end', end);
let ending = false;
function end() {
  if (ending) return;
  ending = true;
  for (const group of groups) endGroup(group);
  if (process.platform === 'linux' && marker) look(0, 0);
}
function endGroup(group) {
  if (process.platform === 'win32') {
    try {
      const options = { stdio: 'ignore', windowsHide: true };
      require('node:child_process').spawn('taskkill', ['/pid', String(group), '/T', '/F'], options).on('error', () => {});
    } catch {}
    return;
  }
  try { process.kill(-group, 'SIGKILL'); } catch {}
}
function look(times, clean) {
  let found = false;
  let entries = [];
  try { entries = fs.readdirSync('/proc'); } catch {}
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    let variables;
    try { variables = fs.readFileSync('/proc/' + entry + '/environ', 'latin1'); } catch { continue; }
    if (!variables.startsWith(marker) && !variables.includes('\\0' + marker)) continue;
    found = true;
    try { process.kill(pid, 'SIGKILL'); } catch {}
  }
  const inARow = found ? 0 : clean + 1;
  if (inARow < 2 && times < 100) setTimeout(look, found ? 10 : 100, times + 1, inARow);
}
`;
