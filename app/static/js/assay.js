/* Assay's only script. Every page works without it; every sentence it says comes from data-text-* on <body>. */
"use strict";
