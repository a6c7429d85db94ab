import { render } from "preact";
import { createApi } from "./api.ts";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root) render(<App api={createApi((input, init) => fetch(input, init))} />, root);
