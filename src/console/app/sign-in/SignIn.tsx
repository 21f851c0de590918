/**
 * Asks who this is, over whatever is on the page: what was typed there is kept. In the top layer of the browser, so that
 * it also lies over a window that was open.
 */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { type Auth, signIn } from '../auth.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';
import { asProblem, type Problem } from '../problem.ts';

type Why = Extract<Auth, { phase: 'out' }>['why'];

const SAID: Readonly<Record<Why, string>> = {
  never:
    'Open the address that the gateway printed, or a fresh one from `sluice console`; or sign in with the admin key.',
  expired: 'You were signed out: the sign-in ended or the admin key changed. What you had open is kept.',
  left: 'You signed out.',
  token:
    'That address has been used, or is too old. Run `sluice console` for a fresh one, or sign in with the admin key.',
};

export function SignIn({ why, problem }: { readonly why: Why; readonly problem?: Problem | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Problem>();
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    document.title = 'Sign in · Sluice';
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefused(undefined);
    try {
      await signIn(key);
    } catch (error) {
      setRefused(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return createPortal(
    <dialog
      ref={dialog}
      aria-labelledby="sign-in"
      // Escape would leave a page on which nothing works.
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
      className="m-auto w-[calc(100vw-1.5rem)] max-w-md rounded-xl border border-line bg-panel p-6 text-ink backdrop:bg-ground/90"
    >
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        <h1 id="sign-in" className="text-xl font-semibold">
          Sign in to Sluice
        </h1>
        <p role="status" className="text-soft">
          {SAID[why]}
        </p>
        {problem && !refused && <ErrorNote problem={problem} />}
        {/* So that password managers know whose key it is. */}
        <input type="text" name="username" autoComplete="username" value="operator" readOnly hidden />
        <Field label="Admin key">
          {(control) => (
            <Input
              {...control}
              type="password"
              name="key"
              autoComplete="current-password"
              autoFocus
              required
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        {refused && <ErrorNote problem={refused} />}
        <Button type="submit" look="primary" isBusy={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </dialog>,
    // Not inside what a window that was open hides from screen readers.
    document.body,
  );
}
