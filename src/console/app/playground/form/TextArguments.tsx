/** Arguments that are lines of text, completed by the server: those of prompts and of URI templates. */
import type { Reference } from '../../mcp/client.ts';
import { Field } from '../../parts/Field.tsx';
import { Text } from '../../parts/Text.tsx';
import { workbench } from '../runs/here.ts';
import { Completed } from './Completed.tsx';

export interface TextArgument {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly isRequired: boolean;
}

export type Values = Readonly<Record<string, string>>;

export function TextArguments({
  id,
  server,
  reference,
  args,
  values,
  missing,
  onChange,
  onSubmit,
}: {
  readonly id: string;
  readonly server: string;
  readonly reference: Reference;
  readonly args: readonly TextArgument[];
  readonly values: Values;
  /** Those that must be filled in, once somebody tried without. */
  readonly missing: readonly string[];
  readonly onChange: (values: Values) => void;
  readonly onSubmit: () => void;
}) {
  const complete = (name: string) => async (value: string, signal: AbortSignal) => {
    const { [name]: _own, ...others } = values;
    const client = workbench.client(server);
    return (await client.complete(reference, { name, value }, others, signal)).values;
  };
  return (
    <form
      id={id}
      className="flex min-w-0 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {args.map((argument) => (
        <Field
          key={argument.name}
          label={
            <>
              <Text value={argument.title || argument.name} max={120} />
              {argument.isRequired && <span className="ml-1 text-xs font-normal text-soft">required</span>}
            </>
          }
          {...(argument.description ? { help: <Text value={argument.description} canGrow /> } : {})}
          {...(missing.includes(argument.name) ? { error: 'Must be filled in.' } : {})}
        >
          {(control) => (
            <Completed
              {...control}
              aria-required={argument.isRequired || undefined}
              value={Object.hasOwn(values, argument.name) ? (values[argument.name] ?? '') : ''}
              onChange={(value) => onChange({ ...values, [argument.name]: value })}
              complete={complete(argument.name)}
            />
          )}
        </Field>
      ))}
    </form>
  );
}
