import { render } from "preact";
import { createClient } from "../src/client.ts";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root) render(<App client={createClient(new URL(".", document.baseURI).href)} />, root);
