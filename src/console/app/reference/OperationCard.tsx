import { type ReactNode, useState } from 'react';
import { Badge, type Tone } from '../parts/Badge.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { curlOf } from './curl.ts';
import type { Answer, Operation, Parameter, Schema } from './openapi.ts';
import { exampleOf, typeWords } from './schema.ts';
import { SchemaView } from './SchemaView.tsx';
import { TryIt } from './TryIt.tsx';

type Schemas = Readonly<Record<string, unknown>>;

const TONES: Readonly<Record<string, Tone>> = { GET: 'accent', POST: 'good', DELETE: 'bad' };

/** One operation: closed a line, open all there is to know. */
export function OperationCard({
  operation,
  schemas,
  isOpen: isOpenAtFirst,
}: {
  readonly operation: Operation;
  readonly schemas: Schemas;
  readonly isOpen: boolean;
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const { method, path, summary, description, parameters, body, answers } = operation;
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-lg border border-line bg-panel"
    >
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
        <Badge tone={TONES[method] ?? 'plain'}>{method}</Badge>
        <code className="font-mono text-sm font-medium wrap-anywhere">{path}</code>
        <span className="text-soft">{summary}</span>
      </summary>
      {isOpen && (
        <div className="flex flex-col gap-4 border-t border-line p-4">
          {description !== '' && <p>{description}</p>}
          {parameters.length > 0 && (
            <Part title="Parameters">
              <Table
                label={`Parameters of ${operation.id}`}
                columns={parameterColumns(schemas)}
                rows={parameters}
                keyOf={({ name, place }) => `${place} ${name}`}
              />
            </Part>
          )}
          {body && (
            <Part title="Body">
              <SchemaView schema={body} schemas={schemas} />
              <Example of="the body" schema={body} schemas={schemas} />
            </Part>
          )}
          <Part title="Answers">
            <div className="flex flex-col gap-3">
              {answers.map((answer) => (
                <AnswerView key={answer.status} answer={answer} schemas={schemas} />
              ))}
            </div>
          </Part>
          <Part title="In a terminal">
            <Code text={curlOf(operation, schemas)} what={`the command for ${operation.id}`} />
          </Part>
          {method === 'GET' && <TryIt operation={operation} />}
        </div>
      )}
    </details>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </div>
  );
}

function parameterColumns(schemas: Schemas): readonly Column<Parameter>[] {
  return [
    { id: 'name', head: 'Name', cell: ({ name }) => <code className="font-mono text-sm">{name}</code> },
    { id: 'place', head: 'In', cell: ({ place }) => place },
    { id: 'type', head: 'Type', cell: ({ schema }) => typeWords(schema, schemas) },
    { id: 'needed', head: 'Needed', cell: ({ isRequired }) => (isRequired ? 'yes' : 'no') },
    { id: 'what', head: 'What it says', isWide: true, cell: ({ description }) => description },
  ];
}

function AnswerView({ answer, schemas }: { readonly answer: Answer; readonly schemas: Schemas }) {
  const { status, description, type, schema } = answer;
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={status.startsWith('2') ? 'good' : 'warn'}>
          {status === 'default' ? 'otherwise' : status}
        </Badge>
        {description}
        {type !== '' && <code className="font-mono text-xs text-soft">{type}</code>}
      </p>
      {schema && (
        <>
          <SchemaView schema={schema} schemas={schemas} />
          {status.startsWith('2') && (
            <Example of={`the answer ${status}`} schema={schema} schemas={schemas} />
          )}
        </>
      )}
    </div>
  );
}

function Example({
  of,
  schema,
  schemas,
}: {
  readonly of: string;
  readonly schema: Schema;
  readonly schemas: Schemas;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="text-sm text-accent">An example</summary>
      {isOpen && (
        <Code text={JSON.stringify(exampleOf(schema, schemas), null, 2)} what={`an example of ${of}`} />
      )}
    </details>
  );
}

function Code({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="mt-1 flex items-start gap-2 rounded-md border border-line bg-ground p-2">
      <pre
        className="max-h-80 min-w-0 flex-1 overflow-auto font-mono text-xs whitespace-pre-wrap wrap-anywhere"
        tabIndex={0}
      >
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
