import { type FormEvent, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Select } from '../parts/Select.tsx';
import { setQuery } from '../route.ts';

const FIELDS = [
  { name: 'principal', label: 'Caller' },
  { name: 'server', label: 'Server' },
  { name: 'method', label: 'Method' },
  { name: 'target', label: 'Tool or other target' },
] as const;

const OUTCOMES = [
  { value: '', label: 'All' },
  { value: 'ok', label: 'ok' },
  { value: 'error', label: 'error' },
  { value: 'refused', label: 'refused' },
  { value: 'cancelled', label: 'cancelled' },
];

type Name = (typeof FIELDS)[number]['name'] | 'outcome' | 'session';
export type Filter = Readonly<Partial<Record<Name, string>>>;

/** @returns what of the address is a filter */
export function filterOf(query: URLSearchParams): Filter {
  const names: readonly Name[] = [...FIELDS.map(({ name }) => name), 'outcome', 'session'];
  return Object.fromEntries(names.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
}

/** Held in the address, so that it can be kept and sent. */
export function AuditFilter({ filter }: { readonly filter: Filter }) {
  const key = JSON.stringify(filter);
  // With another address, another form.
  return <Form key={key} filter={filter} />;
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
      <Button type="submit" look="primary">
        Filter
      </Button>
      {Object.keys(filter).length > 0 && <Button onClick={() => setQuery({})}>Clear</Button>}
    </form>
  );
}
