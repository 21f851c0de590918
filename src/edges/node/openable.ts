/** The address of a gateway that listens on all of its machine, as one that can be opened there; others stay as they are. */
export function openable(url: string): string {
  return url.replace(/(?<=^https?:\/\/)(0\.0\.0\.0|\[::\])(?=:|$)/, '127.0.0.1');
}
