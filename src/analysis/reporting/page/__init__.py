"""The pages: an executed notebook as one offline HTML file, and the pages over all reports."""
