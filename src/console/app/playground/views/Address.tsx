import { plain } from '../../foreign.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { openable } from '../runs/address.ts';
import { Text } from '../../parts/Text.tsx';

/** An address that a server wants visited: shown in whole, its host named, and opened only as what browsers visit. */
export function Address({ url }: { readonly url: string }) {
  const address = openable(url);
  return (
    <span className="flex min-w-0 flex-col items-start gap-2">
      <span className="font-mono text-sm">
        <Text value={url} max={500} isMono canGrow />
      </span>
      {address ? (
        <a href={address.href} target="_blank" rel="noopener noreferrer" className={buttonClass()}>
          Open {plain(address.host, 80)} in a new window
        </a>
      ) : (
        <span className="text-sm text-bad">This is no address of the web: it is not opened from here.</span>
      )}
    </span>
  );
}
