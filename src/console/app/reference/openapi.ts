/** The OpenAPI document of the admin API, as far as the page shows it: operations by group. */
import { isRecord, recordOf, recordsIn, textOf } from '../mcp/items.ts';

/** A JSON schema, as it stands in the document. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header' | 'cookie';
  readonly description: string;
  readonly isRequired: boolean;
  readonly schema: Schema;
}

export interface Answer {
  /** Like `200`, or `default`. */
  readonly status: string;
  readonly description: string;
  readonly type: string;
  readonly schema: Schema | undefined;
}

export interface Operation {
  /** `GET /admin/api/servers`: one of a kind. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly answers: readonly Answer[];
}

export interface Group {
  readonly name: string;
  readonly operations: readonly Operation[];
}

export interface Reference {
  readonly version: string;
  readonly groups: readonly Group[];
  /** By their names, to be referred to. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const BASE = '/admin/api/';

export function readReference(document: unknown): Reference {
  const { info, paths, components } = recordOf(document);
  const operations = Object.entries(recordOf(paths)).flatMap(([path, item]) =>
    operationsOf(path, recordOf(item)),
  );
  const groups = new Map<string, Operation[]>();
  for (const { tag, ...operation } of operations) {
    const name = tag || groupOf(operation.path);
    groups.set(name, [...(groups.get(name) ?? []), operation]);
  }
  return {
    version: textOf(recordOf(info)['version']),
    groups: [...groups].map(([name, operations]) => ({ name, operations })),
    schemas: recordOf(recordOf(components)['schemas']),
  };
}

/** Without tags the first part of the path says what it is about. */
function groupOf(path: string): string {
  return (path.startsWith(BASE) ? path.slice(BASE.length) : path.slice(1)).split('/')[0] ?? '';
}

function operationsOf(path: string, item: Schema): (Operation & { readonly tag: string })[] {
  return METHODS.flatMap((method) => {
    const found = item[method];
    if (!isRecord(found)) return [];
    const { tags, summary, description, requestBody, responses } = found;
    const parameters = [...recordsIn(item['parameters']), ...recordsIn(found['parameters'])];
    return [
      {
        id: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        tag: Array.isArray(tags) ? textOf(tags[0]) : '',
        summary: textOf(summary),
        description: textOf(description),
        parameters: parameters.map(parameterOf),
        body: contentOf(recordOf(requestBody)).schema,
        answers: Object.entries(recordOf(responses)).map(([status, answer]) =>
          answerOf(status, recordOf(answer)),
        ),
      },
    ];
  });
}

function parameterOf(raw: Schema): Parameter {
  return {
    name: textOf(raw['name']),
    place: (textOf(raw['in']) || 'query') as Parameter['place'],
    description: textOf(raw['description']) || textOf(recordOf(raw['schema'])['description']),
    isRequired: raw['required'] === true,
    schema: recordOf(raw['schema']),
  };
}

function answerOf(status: string, raw: Schema): Answer {
  return { status, description: textOf(raw['description']), ...contentOf(raw) };
}

function contentOf(raw: Schema): { readonly type: string; readonly schema: Schema | undefined } {
  const [first] = Object.entries(recordOf(raw['content']));
  const schema = recordOf(first?.[1])['schema'];
  return { type: first?.[0] ?? '', schema: isRecord(schema) ? schema : undefined };
}

/** Whether a reader's word is in it. */
export function mentions({ id, summary, description }: Operation, word: string): boolean {
  return `${id} ${summary} ${description}`.toLowerCase().includes(word.toLowerCase());
}
