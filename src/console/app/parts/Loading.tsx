/** Something is on its way. Says so after a moment, so that quick answers do not flicker. */
export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <p role="status" className="fade-in px-4 py-10 text-center text-soft">
      {what}…
    </p>
  );
}
