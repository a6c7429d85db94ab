/** A style sheet is loaded with the script that imports it. */
declare module "*.css";
