/** The linter holds the import direction: planted breaches fail, what is allowed passes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const OXLINT = resolve('node_modules/.bin/oxlint');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  cpSync('.oxlintrc.json', join(folder, '.oxlintrc.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(file: string, source: string): { status: number | null; text: string } {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  try {
    const { status, stdout } = spawnSync(OXLINT, ['--format=unix', file], { cwd: folder, encoding: 'utf8' });
    return { status, text: stdout };
  } finally {
    rmSync(path);
  }
}

const BREACHES = [
  ['src/protocol/a.ts', '../engine/gateway.ts'],
  ['src/protocol/a.ts', 'node:fs'],
  ['src/engine/a.ts', '../dialects/http-sse.ts'],
  ['src/engine/a.ts', '../edges/http/front.ts'],
  ['src/engine/a.ts', 'node:timers'],
  ['src/engine/merge/a.ts', '../../edges/http/front.ts'],
  ['src/dialects/a.ts', '../engine/gateway.ts'],
  ['src/dialects/a.ts', '../access/keys.ts'],
  ['src/access/a.ts', '../dialects/query.ts'],
  ['src/backplanes/a.ts', '../upstreams/stdio.ts'],
  ['src/backplanes/a.ts', 'ioredis'],
  ['src/backplanes/a.ts', 'node:fs'],
  ['src/backplanes/redis/a.ts', '../../engine/stream.ts'],
  ['src/backplanes/redis/a.ts', '../../edges/node/runtime.ts'],
  ['src/engine/a.ts', 'ioredis'],
  ['src/edges/a.ts', 'ioredis'],
  ['src/edges/node/a.ts', 'ioredis'],
  ['src/cli/a.ts', 'ioredis'],
  ['src/upstreams/a.ts', 'ioredis'],
  ['src/upstreams/a.ts', '../engine/session.ts'],
  ['src/upstreams/inprocess-a.ts', 'node:fs'],
  ['src/upstreams/credentials-a.ts', 'node:fs'],
  ['src/upstreams/network-a.ts', 'node:fs'],
  ['src/upstreams/streamable-a.ts', 'node:http'],
  ['src/upstreams/sse-a.ts', 'node:http'],
  ['src/edges/http/a.ts', '../node/runtime.ts'],
  ['src/edges/lines/a.ts', 'node:stream'],
  ['src/edges/a.ts', 'node:http'],
  ['src/edges/http/a.ts', 'ws'],
  ['src/dialects/a.ts', 'undici'],
  ['src/edges/node/a.ts', '../../cli/main.ts'],
  ['src/index.ts', './edges/node/http.ts'],
  ['src/browser/a.ts', '../engine/ports.ts'],
  ['src/browser/a.ts', '../edges/web-runtime.ts'],
  ['src/browser/a.ts', 'node:timers'],
  ['src/browser/a.ts', 'eventsource-parser'],
  ['src/browser.ts', './index.ts'],
  ['src/browser.ts', './engine/ports.ts'],
  ['src/call-once.ts', './protocol/meta.ts'],
  ['src/edges/admin/a.ts', 'node:fs'],
  ['src/edges/admin/a.ts', '../node/runtime.ts'],
  ['src/edges/admin/contract/a.ts', '../../http/front.ts'],
  ['src/telemetry/a.ts', '../engine/gateway.ts'],
  ['src/telemetry/a.ts', '../edges/http/front.ts'],
  ['src/telemetry.ts', './edges/compose.ts'],
  ['src/telemetry.ts', '@opentelemetry/sdk-metrics'],
  ['src/console/app/a.ts', '../../engine/ports.ts'],
  ['src/console/app/a.ts', '../../edges/admin/auth.ts'],
  ['src/console/app/a.ts', 'node:fs'],
] as const;

const ALLOWED = [
  ['src/console/app/a.ts', '../../edges/admin/contract/server.ts'],
  ['src/console/app/a.ts', '../../browser/connect.ts'],
  ['src/telemetry/a.ts', '../engine/ports-observer.ts'],
  ['src/telemetry.ts', './telemetry/metrics.ts'],
  ['src/edges/admin/contract/a.ts', 'zod'],
  ['src/edges/admin/contract/a.ts', './server.ts'],
  ['src/engine/a.ts', '../protocol/message.ts'],
  ['src/engine/merge/a.ts', '../../protocol/message.ts'],
  ['src/dialects/a.ts', '../engine/ports.ts'],
  ['src/dialects/a.ts', '../engine/ports-shape.ts'],
  ['src/backplanes/redis/a.ts', 'ioredis'],
  ['src/backplanes/redis/a.ts', 'node:fs'],
  ['src/backplanes/redis/a.ts', '../memory.ts'],
  ['src/backplanes/redis/a.ts', '../../engine/ports-backplane.ts'],
  ['src/upstreams/a.ts', 'node:child_process'],
  ['src/upstreams/a.ts', 'ws'],
  ['src/edges/node/a.ts', '../http/front.ts'],
  ['src/cli/a.ts', '../edges/node/start.ts'],
  ['src/browser/a.ts', '../protocol/names.ts'],
  ['src/browser.ts', './browser/connect.ts'],
  ['src/call-once.ts', './browser/call-once.ts'],
] as const;

describe('import direction', () => {
  it.each(BREACHES)('[HOUSE-IMPORTS] %s must not import %s', (file, from) => {
    const { status, text } = lint(file, `import { a } from '${from}';\nexport const b = a;\n`);
    expect(text).toContain('no-restricted-imports');
    expect(status).not.toBe(0);
  });

  it.each(ALLOWED)('[HOUSE-IMPORTS] %s may import %s', (file, from) => {
    const { status, text } = lint(file, `import { a } from '${from}';\nexport const b = a;\n`);
    expect(text).toBe('');
    expect(status).toBe(0);
  });
});
