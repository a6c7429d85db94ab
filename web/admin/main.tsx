import { render } from "preact";
import { createClient } from "../../src/client.ts";
import { Admin } from "./admin.tsx";

const root = document.getElementById("app");
const server = new URL(".", document.baseURI).href;
if (root) render(<Admin clientFor={(key) => createClient(server, key === undefined ? {} : { key })} />, root);
