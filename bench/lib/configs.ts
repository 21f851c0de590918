/** Configurations of the gateways that are measured, in files that go with the process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ECHO = fileURLToPath(new URL('../targets/echo-stdio.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export function gatewayConfig(sharing: 'shared' | 'session'): string {
  const file = join(folder, `${sharing}.json`);
  const echo = { command: process.execPath, args: [ECHO], sharing };
  writeFileSync(file, JSON.stringify({ mcpServers: { echo } }));
  return file;
}

/** Of callers, addresses, all, the server and its tools: requests, bytes and streams. */
export function limitedConfig(): string {
  const file = join(folder, 'limited.json');
  const rule = { calls: '1000000000/min', bytes: '500GiB/min' };
  const tool = { calls: rule.calls, per: 'caller' };
  const echo = {
    command: process.execPath,
    args: [ECHO],
    sharing: 'shared',
    limits: rule,
    toolLimits: { '*': tool },
  };
  const limits = { rates: { caller: rule, address: rule, total: rule } };
  writeFileSync(file, JSON.stringify({ mcpServers: { echo }, limits }));
  return file;
}

/** With a row for each call, and a hash of its arguments. */
export function auditedConfig(): string {
  const file = join(folder, 'audited.json');
  const echo = { command: process.execPath, args: [ECHO], sharing: 'shared' };
  const audit = { enabled: true };
  writeFileSync(file, JSON.stringify({ audit, dataDir: 'audited', mcpServers: { echo } }));
  return file;
}

export function modernConfig(): string {
  const file = join(folder, 'modern.json');
  const echo = { command: process.execPath, args: [ECHO], sharing: 'shared', env: { BENCH_ERA: 'modern' } };
  writeFileSync(file, JSON.stringify({ mcpServers: { echo } }));
  return file;
}

/** Two servers whose tools have different names. */
export function mergedConfig(): string {
  const file = join(folder, 'merged.json');
  const echo = { command: process.execPath, args: [ECHO], sharing: 'shared' };
  const other = { ...echo, env: { BENCH_TOOL_PREFIX: 'other_' } };
  writeFileSync(file, JSON.stringify({ mcpServers: { echo, other } }));
  return file;
}
