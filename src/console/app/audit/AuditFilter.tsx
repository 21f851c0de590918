import { type FormEvent, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Select } from '../parts/Select.tsx';
import { setQuery } from '../route.ts';

const FIELDS = [
  { name: 'caller', label: 'Caller' },
  { name: 'server', label: 'Server' },
  { name: 'tool', label: 'Tool' },
] as const;

const OUTCOMES = [
  { value: '', label: 'All' },
  { value: 'ok', label: 'Good' },
  { value: 'failed', label: 'Failed' },
  { value: 'denied', label: 'Turned away at the door' },
];

const HOUR_MS = 3_600_000;
const TIMES = [
  { value: '', label: 'All there is' },
  { value: '1', label: 'The last hour' },
  { value: '24', label: 'The last day' },
  { value: '168', label: 'The last week' },
];

type Name = (typeof FIELDS)[number]['name'] | 'outcome' | 'hours';
export type Filter = Readonly<Partial<Record<Name, string>>>;

const NAMES: readonly Name[] = [...FIELDS.map(({ name }) => name), 'outcome', 'hours'];

/** @returns what of the address is a filter */
export function filterOf(query: URLSearchParams): Filter {
  return Object.fromEntries(NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
}

/** The same as the admin API takes it. */
export function queryOf({ hours, ...filter }: Filter): Record<string, string | number> {
  const since = Number(hours);
  return since > 0 ? { ...filter, since: Date.now() - since * HOUR_MS } : filter;
}

/** Held in the address, so that it can be kept and sent. */
export function AuditFilter({ filter }: { readonly filter: Filter }) {
  // With another address, another form.
  return <Form key={JSON.stringify(filter)} filter={filter} />;
}

function Form({ filter }: { readonly filter: Filter }) {
  const [typed, setTyped] = useState<Filter>(filter);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setQuery(typed);
  };
  return (
    <form
      role="search"
      aria-label="Filter the audit trail"
      className="mb-4 flex flex-wrap items-end gap-3"
      onSubmit={submit}
    >
      {FIELDS.map(({ name, label }, index) => (
        <Field key={name} label={label} className="w-40 max-sm:w-full">
          {(control) => (
            <Input
              {...control}
              {...(index === 0 ? { 'data-filter': true } : {})}
              value={typed[name] ?? ''}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label="Outcome">
        {(control) => (
          <Select
            {...control}
            options={OUTCOMES}
            value={typed.outcome ?? ''}
            onChange={(outcome) => setTyped({ ...typed, outcome })}
          />
        )}
      </Field>
      <Field label="Time">
        {(control) => (
          <Select
            {...control}
            options={TIMES}
            value={typed.hours ?? ''}
            onChange={(hours) => setTyped({ ...typed, hours })}
          />
        )}
      </Field>
      <Button type="submit" look="primary">
        Filter
      </Button>
      {Object.keys(filter).length > 0 && <Button onClick={() => setQuery({})}>Clear</Button>}
    </form>
  );
}
