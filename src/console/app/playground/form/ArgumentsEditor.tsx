/**
 * Arguments for a schema: as a form where one can be made, or as raw JSON. Going from one to the other keeps what was
 * typed; where there is no form, it says why.
 */
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { Button } from '../../parts/Button.tsx';
import { recordOf } from '../../mcp/items.ts';
import { Loading } from '../../parts/Loading.tsx';
import { type Draft, losesDigits, read, written } from '../runs/drafts.ts';
import { type Judgement, judge } from '../schema/judge.ts';
import { skeletonOf } from '../schema/skeleton.ts';
import { FormAway, FormFence } from './FormFence.tsx';
import { RawEditor } from './RawEditor.tsx';

const SchemaForm = lazy(() =>
  import('./SchemaForm.tsx').catch((error: unknown) => {
    throw new FormAway('The form could not be loaded.', { cause: error });
  }),
);

export function ArgumentsEditor({
  id,
  schema,
  draft,
  onDraft,
  onRun,
  owner = 'This tool',
  title = 'Arguments',
}: {
  /** Of the form: a button outside of it submits it by this. */
  readonly id: string;
  readonly schema: unknown;
  /** Undefined before anything was typed. */
  readonly draft: Draft | undefined;
  readonly onDraft: (draft: Draft) => void;
  readonly onRun: (args: unknown) => void;
  /** Whose schema it is, in words. */
  readonly owner?: string;
  readonly title?: string;
}) {
  const judged = useMemo(() => judge(schema), [schema]);
  const [broken, setBroken] = useState<string>();
  const [error, setError] = useState<string>();
  const verdict: Judgement = broken === undefined ? judged : { way: 'raw', why: broken };
  const now = draft ?? beginning(verdict, schema);
  const way = verdict.way === 'raw' ? 'raw' : now.way;

  // Whoever presses Run while the form is being made is not asked to press it again.
  const wasPressed = useRef(false);
  const takePress = () => {
    const was = wasPressed.current;
    wasPressed.current = false;
    return was;
  };

  const turn = () => {
    wasPressed.current = false;
    if (way === 'form') return onDraft({ ...now, way: 'raw', text: written(now.data) });
    const typed = read(now.text);
    if ('error' in typed) return setError(typed.error);
    setError(undefined);
    onDraft({ ...now, way: 'form', data: typed.value });
  };
  const submitRaw = () => {
    const typed = read(now.text);
    setError('error' in typed ? typed.error : undefined);
    if ('value' in typed) onRun(typed.value);
  };

  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{title}</h3>
        {verdict.way !== 'raw' && (
          <Button size="small" look="quiet" onClick={turn}>
            {way === 'form' ? 'Write raw JSON' : 'Back to the form'}
          </Button>
        )}
      </div>
      {verdict.way !== 'form' && way === 'raw' && (
        <p className="rounded-md bg-warn-ground px-3 py-2 text-sm">
          {owner} is given raw JSON{verdict.way === 'raw' ? '' : ' at first'}: {verdict.why}.
        </p>
      )}
      {way === 'form' && isEmpty(schema) && <p className="text-sm text-soft">It takes none.</p>}
      {way === 'form' && verdict.way !== 'raw' ? (
        <FormFence onBroken={setBroken}>
          <Suspense fallback={<FormToCome id={id} onSubmit={() => (wasPressed.current = true)} />}>
            <SchemaForm
              id={id}
              schema={verdict.schema}
              data={now.data}
              onChange={(data) => onDraft({ ...now, way: 'form', data })}
              onSubmit={onRun}
              takePress={takePress}
            />
          </Suspense>
        </FormFence>
      ) : (
        <RawEditor
          id={id}
          text={now.text}
          error={error}
          warning={
            losesDigits(now.text) ? 'A number here is too large for a page: it is rounded.' : undefined
          }
          onChange={(text) => onDraft({ ...now, way: 'raw', text })}
          onSubmit={submitRaw}
        />
      )}
    </div>
  );
}

/** Takes the place of a form until it is there. */
function FormToCome({ id, onSubmit }: { readonly id: string; readonly onSubmit: () => void }) {
  return (
    <form
      id={id}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Loading what="Making the form" />
    </form>
  );
}

/** Whether there is nothing to fill in. */
function isEmpty(schema: unknown): boolean {
  const { properties, additionalProperties, ...rest } = recordOf(schema);
  const isClosed = additionalProperties === undefined || additionalProperties === false;
  const isMore = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'if'].some((key) => key in rest);
  return isClosed && !isMore && Object.keys(recordOf(properties)).length === 0;
}

function beginning(verdict: Judgement, schema: unknown): Draft {
  const way = verdict.way === 'form' ? 'form' : 'raw';
  return { way, data: undefined, text: written(skeletonOf(schema)) };
}
