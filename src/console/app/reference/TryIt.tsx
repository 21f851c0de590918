import { type FormEvent, useEffect, useRef, useState } from 'react';
import { part } from '../api.ts';
import { millis } from '../format.ts';
import { send } from '../http.ts';
import { Badge } from '../parts/Badge.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { Text } from '../parts/Text.tsx';
import { asProblem, type Problem } from '../problem.ts';
import { belowApi } from './curl.ts';
import type { Operation } from './openapi.ts';

interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly text: string;
  /** It would have gone on. */
  readonly isCut: boolean;
}

/** An answer is read as far as that; a stream of events for so long. */
const MOST_CHARACTERS = 500_000;
const STREAM_MS = 2_500;

/** Asks the gateway, here and now. For operations that change nothing. */
export function TryIt({ operation }: { readonly operation: Operation }) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [answer, setAnswer] = useState<Answered>();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const under = useRef<AbortController>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  const parameters = operation.parameters.filter(({ place }) => place === 'path' || place === 'query');
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    const controller = new AbortController();
    under.current = controller;
    setBusy(true);
    setProblem(undefined);
    try {
      setAnswer(await asked(pathOf(operation, values), controller));
    } catch (error) {
      if (!controller.signal.aborted) setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      aria-label={`Try ${operation.id}`}
      onSubmit={(event) => void ask(event)}
      className="flex flex-col gap-2"
    >
      <h3 className="font-semibold">Try it</h3>
      {parameters.length > 0 && (
        <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
          {parameters.map(({ name, isRequired }) => (
            <Field key={name} label={name}>
              {(control) => (
                <Input
                  {...control}
                  required={isRequired}
                  value={values[name] ?? ''}
                  onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" isBusy={isBusy}>
          Send
        </Button>
        <span role="status" className="flex items-center gap-2 text-soft">
          {isBusy && 'Asking…'}
          {!isBusy && answer && (
            <>
              <Badge tone={answer.status < 400 ? 'good' : 'bad'}>{answer.status}</Badge> after{' '}
              {millis(answer.ms)}
            </>
          )}
        </span>
      </div>
      {problem && <ErrorNote problem={problem} />}
      {answer && (
        <pre
          aria-label="Answer"
          role="region"
          tabIndex={0}
          className="max-h-96 overflow-auto rounded-md border border-line bg-ground p-2 font-mono text-xs"
        >
          <Text value={answer.text} max={20_000} hasLines canGrow />
          {answer.isCut && '\n… and more'}
        </pre>
      )}
    </form>
  );
}

function pathOf({ path, parameters }: Operation, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  let filled = belowApi(path);
  for (const { name, place } of parameters) {
    const value = values[name] ?? '';
    if (place === 'path') filled = filled.replace(`{${name}}`, part(value));
    else if (place === 'query' && value !== '') query.set(name, value);
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

async function asked(path: string, controller: AbortController): Promise<Answered> {
  const begun = performance.now();
  const response = await send('GET', path, undefined, controller.signal);
  const ms = performance.now() - begun;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const timer = isStream ? setTimeout(() => controller.abort(), STREAM_MS) : undefined;
  try {
    const { text, isCut } = await textOf(response);
    return { status: response.status, ms, text: laidOut(text), isCut };
  } finally {
    clearTimeout(timer);
  }
}

async function textOf({ body }: Response): Promise<{ readonly text: string; readonly isCut: boolean }> {
  if (!body) return { text: '', isCut: false };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text, isCut: false };
      text += decoder.decode(value, { stream: true });
      if (text.length > MOST_CHARACTERS) break;
    }
    await reader.cancel();
  } catch {
    // A stream that was looked at for long enough, or that broke: what came is shown.
  }
  return { text: text.slice(0, MOST_CHARACTERS), isCut: true };
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
