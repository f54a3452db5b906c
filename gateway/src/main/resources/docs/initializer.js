// Nothing leaves this origin: no validator is asked, and the token that is typed in is forgotten with the page.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#apis',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
