import { Field } from '../../parts/Field.tsx';
import { Text } from '../../parts/Text.tsx';

/** Arguments as they are sent. */
export function RawEditor({
  id,
  text,
  error,
  warning,
  onChange,
  onSubmit,
}: {
  readonly id: string;
  readonly text: string;
  readonly error: string | undefined;
  readonly warning: string | undefined;
  readonly onChange: (text: string) => void;
  readonly onSubmit: () => void;
}) {
  const lines = Math.min(24, Math.max(5, text.split('\n', 30).length + 1));
  return (
    <form
      id={id}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Field
        label="Arguments as JSON"
        isLabelHidden
        help={warning ?? 'Sent as it is: the server checks it.'}
        {...(error === undefined ? {} : { error: <Text value={error} /> })}
      >
        {(control) => (
          <textarea
            {...control}
            rows={lines}
            spellCheck={false}
            autoComplete="off"
            className="field font-mono text-sm"
            value={text}
            onChange={({ target }) => onChange(target.value)}
          />
        )}
      </Field>
    </form>
  );
}
