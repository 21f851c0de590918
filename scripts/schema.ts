/**
 * Writes what follows from the schema of `sluice.json`: the JSON Schema for editors, and the tables of
 * `docs/configuration.md`. Run it after a change of the schema: `npm run schema`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedSchema } from '../src/config/schema.ts';
import { fillTables } from './docs-tables.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'schema', 'sluice.schema.json');
const page = join(root, 'docs', 'configuration.md');

mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
writeFileSync(page, await fillTables(readFileSync(page, 'utf8'), publishedSchema()));
console.log(`Wrote ${file} and the tables of ${page}.`);
