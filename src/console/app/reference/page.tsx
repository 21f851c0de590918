import { useMemo, useState } from 'react';
import { api } from '../api.ts';
import { many } from '../format.ts';
import type { PageProps } from '../pages.ts';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { useAsked } from '../use-asked.ts';
import { mentions, readReference } from './openapi.ts';
import { OperationCard } from './OperationCard.tsx';

/** What the admin API can do, from the document that describes it. */
export default function Page({ rest }: PageProps) {
  const { data, problem, reload } = useAsked((signal) => api.get<unknown>('openapi.json', {}, signal));
  const [word, setWord] = useState('');
  const reference = useMemo(() => (data === undefined ? undefined : readReference(data)), [data]);
  const groups = (reference?.groups ?? [])
    .map((group) => ({ ...group, operations: group.operations.filter((each) => mentions(each, word)) }))
    .filter(({ operations }) => operations.length > 0);
  const found = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <>
      <PageHead
        title="API reference"
        description={
          <>
            The admin API of this gateway{reference && `, version ${reference.version}`}. Show the admin key
            as <code className="font-mono">Authorization: Bearer …</code>; this page is signed in.{' '}
            <a className="text-accent underline" href="../admin/api/openapi.json">
              The OpenAPI document
            </a>
          </>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!reference && !problem && <Loading what="Asking for the document" />}
      {reference && (
        <>
          <search className="mb-3 flex flex-wrap items-center gap-3">
            <Field label="Search operations" isLabelHidden className="min-w-48 flex-1 sm:max-w-md">
              {(control) => (
                <Input
                  {...control}
                  type="search"
                  data-filter
                  placeholder="Search by path or words…"
                  value={word}
                  onChange={(event) => setWord(event.target.value)}
                />
              )}
            </Field>
            <span role="status" className="text-soft">
              {many(found, 'operation')}
            </span>
          </search>
          {found === 0 && <Empty title="Nothing fits.">Search for less.</Empty>}
          <div className="flex flex-col gap-5">
            {groups.map(({ name, operations }) => (
              <section key={name} aria-label={name}>
                <h2 className="mb-2 text-lg font-semibold first-letter:uppercase">{name}</h2>
                <div className="flex flex-col gap-2">
                  {operations.map((operation) => (
                    <OperationCard
                      key={operation.id}
                      operation={operation}
                      schemas={reference.schemas}
                      isOpen={rest[0] === operation.id}
                    />
                  ))}
                </div>
              </section>
            ))}
          </div>
        </>
      )}
    </>
  );
}
