/** What the page shows: the frame with the page that its address names, and the sign-in over it where nobody is. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useState } from 'react';
import { auth, enter } from './auth.ts';
import { Frame } from './frame/Frame.tsx';
import { ErrorNote } from './parts/ErrorNote.tsx';
import { Loading } from './parts/Loading.tsx';
import { SignIn } from './sign-in/SignIn.tsx';
import { useStore } from './store.ts';

export function App() {
  const now = useStore(auth);
  const [wasIn, setWasIn] = useState(false);
  useEffect(() => {
    void enter();
    // The address of the console, given to a page that is open, is a token to sign in with, too.
    const look = () => {
      if (location.hash.includes('token=')) void enter();
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  useEffect(() => {
    if (now.phase === 'in') setWasIn(true);
  }, [now.phase]);

  return (
    // Base UI would put style elements into the page, which its policy refuses.
    <CSPProvider disableStyleElements>
      {(wasIn || now.phase === 'in') && <Frame />}
      {now.phase === 'out' && <SignIn why={now.why} problem={now.problem} />}
      {now.phase === 'unknown' && <Loading what="Asking the gateway" />}
      {now.phase === 'unreachable' && !wasIn && (
        <main className="mx-auto max-w-lg p-6">
          <h1 className="mb-3 text-xl font-semibold">Sluice</h1>
          <ErrorNote problem={now.problem} onRetry={() => void enter()} />
        </main>
      )}
    </CSPProvider>
  );
}
