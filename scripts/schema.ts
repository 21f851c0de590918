/**
 * Writes what follows from the code: the JSON Schema of `sluice.json` for editors, the tables of `docs/configuration.md`,
 * and the table of metrics in `docs/watching.md`. Run it after a change of either: `npm run schema`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedSchema } from '../src/config/schema.ts';
import { fillMetrics } from './metrics-table.ts';
import { fillTables } from './docs-tables.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'schema', 'sluice.schema.json');
const page = join(root, 'docs', 'configuration.md');

mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
writeFileSync(page, await fillTables(readFileSync(page, 'utf8'), publishedSchema()));
const watching = join(root, 'docs', 'watching.md');
writeFileSync(watching, fillMetrics(readFileSync(watching, 'utf8')));
console.log(`Wrote ${file} and the tables of ${page}.`);
