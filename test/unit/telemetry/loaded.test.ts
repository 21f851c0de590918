/** What is loaded where nobody traces. */
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('[TRACE-OFF] OpenTelemetry is reached by `import()` alone, from whatever serves', async () => {
  const entries = [
    'src/cli/main.ts',
    'src/node.ts',
    'src/edges/node/start.ts',
    'src/edges/node/start-stdio.ts',
  ];
  const { metafile } = await build({
    entryPoints: entries,
    outdir: 'never-written',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const all = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.filter(({ path }) => path.startsWith('@opentelemetry/')).map(() => from),
  );
  expect(new Set(all)).toContain('src/telemetry/start-traces.ts');
  const reached = new Set<string>();
  const walk = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { path, kind } of metafile.inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import') walk(path);
  };
  for (const entry of entries) walk(entry);
  expect(reached.size).toBeGreaterThan(100);
  expect([...reached].filter((path) => path.includes('opentelemetry'))).toEqual([]);
});
