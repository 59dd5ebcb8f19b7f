"""Who may join a call, who must be looked at, who cannot: the language of calls and its three-valued evaluation."""
