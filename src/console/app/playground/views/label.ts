/** What a tool, a prompt or a resource is called where it is shown; some have no name. */
export function labelOf({ title, name }: { readonly title: string; readonly name: string }): string {
  return title.trim() || name.trim() || 'no name';
}
