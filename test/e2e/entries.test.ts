/** The built output: what each entry reaches. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The `node:` modules that an entry reaches, by following every import, packages included. */
async function nodeModulesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    external: ['node:*'],
    logLevel: 'silent',
  });
  const reached = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...new Set(reached.filter((path) => path.startsWith('node:')))].sort();
}

/** What is read where a file of the output is: by imports that wait for nobody. */
function readAtOnce(entry: string): string[] {
  const seen = new Set([entry]);
  for (const file of seen)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^;'"]*['"](\.[^'"]+)['"]/gm,
    ))
      seen.add(join(dirname(file), path));
  return [...seen];
}

function isTelemetry(file: string): boolean {
  return /PrometheusSerializer|MeterProvider|@opentelemetry\//.test(readFileSync(file, 'utf8'));
}

describe('entries of the built package', () => {
  it('[ENTRY-ROOT-NEUTRAL] the root entry reaches no `node:` module', async () => {
    expect(await nodeModulesOf('dist/index.js')).toEqual([]);
  });

  it('[ENTRY-ROOT-NEUTRAL] the check sees what the Node entry reaches, through our files', async () => {
    const { metafile } = await build({
      entryPoints: ['dist/node.js'],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
    });
    const reached = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(reached).toContain('node:http');
  });

  it('[MET-LAZY] the root entry reaches nothing of OpenTelemetry, and no command reads it as it starts', () => {
    expect(readAtOnce('dist/index.js').filter(isTelemetry)).toEqual([]);
    const started = readAtOnce('dist/cli.js');
    expect(started.filter(isTelemetry)).toEqual([]);
    // It is there, to be read later.
    const pieces = readdirSync('dist/cli-pieces').map((name) => join('dist/cli-pieces', name));
    expect(pieces.filter((file) => file.endsWith('.js')).filter(isTelemetry)).not.toEqual([]);
    expect(started.length).toBeGreaterThan(1);
  });

  it.each(['index', 'node', 'redis'])(
    '[ADMIN-LAZY] the entry %s reaches nothing of the admin API',
    async (entry) => {
      const { metafile } = await build({
        entryPoints: [`dist/${entry}.js`],
        bundle: true,
        write: false,
        metafile: true,
        format: 'esm',
        platform: 'node',
        logLevel: 'silent',
      });
      const heavy = Object.keys(metafile.inputs).filter((path) =>
        /node_modules\/(@hono|hono)\/|edges\/admin\//.test(path),
      );
      expect(heavy).toEqual([]);
    },
  );

  it.each([
    ['browser', 8],
    ['call-once', 5],
  ])(
    '[PAGE-ENTRY] the entry %s for pages reaches no module but its own, and is small',
    async (entry, most) => {
      const { metafile, outputFiles } = await build({
        entryPoints: [`dist/${entry}.js`],
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
        format: 'esm',
        platform: 'neutral',
        logLevel: 'silent',
      });
      const foreign = Object.keys(metafile.inputs).filter(
        (path) => !/^dist\/(browser[./]|call-once\.|protocol\/)/.test(path),
      );
      expect(foreign).toEqual([]);
      const bytes = outputFiles[0]?.contents ?? new Uint8Array();
      const zipped = gzipSync(bytes).length;
      process.stdout.write(`sluice/${entry}: ${bytes.length} bytes, ${zipped} zipped\n`);
      expect(zipped).toBeLessThan(most * 1024);
    },
  );

  it('[ENTRY-ROOT-FETCH] the root entry answers a Request on its own', async () => {
    const { createGateway, inprocess } = await import('../../dist/index.js');
    const handler = { 'tools/list': () => ({ tools: [] }) };
    const gateway = createGateway({ servers: { hello: inprocess({ name: 'hello', handler }) } });
    try {
      const response = await gateway.fetch(
        new Request('http://localhost/mcp', {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
          body: '{"jsonrpc":"2.0","id":"a","method":"tools/list"}',
        }),
      );
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 'a', result: { tools: [] } });
    } finally {
      await gateway.close();
    }
  });
});
