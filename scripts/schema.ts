/** Writes the JSON Schema of `sluice.json` for editors: `npm run schema`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedSchema } from '../src/config/schema.ts';

const file = join(import.meta.dirname, '..', 'schema', 'sluice.schema.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
console.log(`Wrote ${file}.`);
