import { type FormEvent, useState } from 'react';
import type { MadeKey, NewKey } from '../../../edges/admin/contract/keys.ts';
import { api } from '../api.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Select } from '../parts/Select.tsx';
import { asProblem, type Problem } from '../problem.ts';

const ENDS = [
  { value: '', label: 'Never' },
  { value: '1', label: 'In a day' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];

/** As the gateway takes it. */
const NAME = String.raw`[A-Za-z0-9][A-Za-z0-9._@+\-]*`;

const FRESH = { name: '', isReadOnly: false, servers: '', projects: '', days: '' };

/** What is typed is kept when the gateway refuses it, and when the sign-in ended meanwhile. */
export function NewKeyDialog({
  isOpen,
  isFirst,
  onClose,
  onMade,
}: {
  readonly isOpen: boolean;
  /** None works yet: the gateway is open to whoever reaches it. */
  readonly isFirst: boolean;
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  const [form, setForm] = useState(FRESH);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const set = (part: Partial<typeof FRESH>) => setForm({ ...form, ...part });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await api.makeKey(keyOf(form));
      setForm(FRESH);
      onMade(made);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="New key"
      description={isFirst ? 'As soon as there is a key, calls without one are refused.' : undefined}
    >
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label="Name"
          help="Who uses it: letters, digits and . _ - @ +, as it stands in the log and the audit trail."
        >
          {(control) => (
            <Input
              {...control}
              required
              maxLength={64}
              pattern={NAME}
              title="Letters (A to Z), digits, and . _ - @ +; the first is a letter or a digit"
              value={form.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Servers" help="Names with commas between; empty: all.">
          {(control) => (
            <Input
              {...control}
              value={form.servers}
              onChange={(event) => set({ servers: event.target.value })}
            />
          )}
        </Field>
        <Field label="Projects" help="Names with commas between; empty: the gateway itself.">
          {(control) => (
            <Input
              {...control}
              value={form.projects}
              onChange={(event) => set({ projects: event.target.value })}
            />
          )}
        </Field>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="size-4"
            checked={form.isReadOnly}
            onChange={(event) => set({ isReadOnly: event.target.checked })}
          />
          Only tools that say they change nothing
        </label>
        <Field label="Ends" className="w-fit">
          {(control) => (
            <Select {...control} options={ENDS} value={form.days} onChange={(days) => set({ days })} />
          )}
        </Field>
        {problem && <ErrorNote problem={problem} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function keyOf({ name, isReadOnly, servers, projects, days }: typeof FRESH): NewKey {
  return {
    name: name.trim(),
    readOnly: isReadOnly,
    servers: namesIn(servers),
    projects: namesIn(projects),
    ...(days === '' ? {} : { expiresInDays: Number(days) }),
  };
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
