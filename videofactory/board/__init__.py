"""The face a browser, an engine and Notion see over HTTP. It talks to the studio only, and knows no Dagster."""
