import { textOf } from '../mcp/items.ts';
import type { Schema } from './openapi.ts';
import { choicesOf, itemsOf, membersOf, MOST_DEPTH, resolved, typeWords } from './schema.ts';

type Schemas = Readonly<Record<string, unknown>>;

/** The members of an object, one below the other, and theirs where there are any; of several, one after the other. */
export function SchemaView({
  schema,
  schemas,
  depth = 0,
}: {
  readonly schema: Schema;
  readonly schemas: Schemas;
  readonly depth?: number;
}) {
  const objects = objectsIn(schema, schemas);
  if (objects.length === 0)
    return depth === 0 ? <p className="text-sm text-soft">{typeWords(schema, schemas)}</p> : null;
  return objects.map((object, at) => (
    <div key={at}>
      {at > 0 && <p className="text-sm text-soft">or</p>}
      <Members object={object} schemas={schemas} depth={depth} />
    </div>
  ));
}

function Members({
  object,
  schemas,
  depth,
}: {
  readonly object: Schema;
  readonly schemas: Schemas;
  readonly depth: number;
}) {
  return (
    <ul className={depth === 0 ? 'mt-1' : 'ml-1 border-l border-line pl-3'}>
      {membersOf(object).map(({ name, schema: member, isRequired }) => (
        <li key={name} className="py-0.5">
          <code className="font-mono text-sm font-medium">{name}</code>
          {!isRequired && <span className="text-sm text-soft"> (may be missing)</span>}{' '}
          <span className="text-sm text-violet">{typeWords(member, schemas)}</span>{' '}
          <span className="text-sm text-soft">{textOf(resolved(member, schemas)['description'])}</span>
          {depth < MOST_DEPTH && <SchemaView schema={member} schemas={schemas} depth={depth + 1} />}
        </li>
      ))}
    </ul>
  );
}

/** The objects that something is, or is a list of, or may be. */
function objectsIn(schema: Schema, schemas: Schemas, depth = 0): readonly Schema[] {
  if (depth > MOST_DEPTH) return [];
  const at = resolved(schema, schemas);
  if (membersOf(at).length > 0) return [at];
  const inside = itemsOf(at);
  if (inside) return objectsIn(inside, schemas, depth + 1);
  return choicesOf(at).flatMap((choice) => objectsIn(choice, schemas, depth + 1));
}
