import { signOut } from '../auth.ts';
import { notify } from '../notices.ts';
import { Icon } from '../parts/Icon.tsx';
import { asProblem } from '../problem.ts';

export function SignOut({ className }: { readonly className: string }) {
  const leave = () => signOut().catch((error: unknown) => notify('bad', asProblem(error).message));
  return (
    <button type="button" className={className} onClick={() => void leave()}>
      <Icon name="leave" />
      Sign out
    </button>
  );
}
