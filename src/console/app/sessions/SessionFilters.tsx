import type { SessionView } from '../../../edges/admin/contract/session.ts';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Select } from '../parts/Select.tsx';
import { type SessionFilter, STATES, type State, valuesOf } from './session-filter.ts';

export function SessionFilters({
  sessions,
  filter,
  onChange,
}: {
  readonly sessions: readonly SessionView[];
  readonly filter: SessionFilter;
  readonly onChange: (filter: SessionFilter) => void;
}) {
  const choice = (name: string, of: (session: SessionView) => string, chosen: string) => [
    { value: '', label: `All ${name}` },
    ...valuesOf(sessions, of, chosen).map((value) => ({ value, label: value })),
  ];
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <Field label="Search sessions" isLabelHidden className="min-w-48 flex-1">
        {(control) => (
          <Input
            {...control}
            type="search"
            data-filter
            placeholder="Search by client, caller, address, id…"
            value={filter.search}
            onChange={(event) => onChange({ ...filter, search: event.target.value })}
          />
        )}
      </Field>
      <Field label="State" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.state}
            options={STATES}
            onChange={(state) => onChange({ ...filter, state: state as State })}
          />
        )}
      </Field>
      <Field label="Server" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.server}
            options={choice('servers', ({ server }) => server, filter.server)}
            onChange={(server) => onChange({ ...filter, server })}
          />
        )}
      </Field>
      <Field label="Dialect" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.dialect}
            options={choice('dialects', ({ dialect }) => dialect, filter.dialect)}
            onChange={(dialect) => onChange({ ...filter, dialect })}
          />
        )}
      </Field>
      <Field label="Caller" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.principal}
            options={choice('callers', ({ principal }) => principal, filter.principal)}
            onChange={(principal) => onChange({ ...filter, principal })}
          />
        )}
      </Field>
    </search>
  );
}
