/** The console: one page that talks to the admin API of the gateway that served it, and to nobody else. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './style.css';
import { apply, theme } from './theme.ts';

apply(theme.get());
const root = document.querySelector('#root');
if (!root) throw new Error('The page has no place for the console.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
