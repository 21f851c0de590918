/** What the page shows: the frame, and in it the page that its address names. */
export function App() {
  return <h1>Sluice</h1>;
}
