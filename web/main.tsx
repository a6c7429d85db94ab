import { render } from "preact";
import { App } from "./app.tsx";
import { openClient } from "./local/site-model.ts";

const root = document.getElementById("app");
if (root) render(<App {...openClient()} />, root);
