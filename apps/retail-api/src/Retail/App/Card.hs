-- | What we ask of a card provider. Every request carries the payment's id, by which the provider knows a repetition.
module Retail.App.Card (CardProvider (..), Verdict (..), fakeProvider) where

import Data.Text (Text)
import Data.UUID.Types qualified as UUID
import Retail.Domain.Id (Id (..))
import Retail.Domain.Money (Money)

data Verdict
  = -- | With the provider's reference.
    Approved Text
  | Refused Text
  | -- | It could not be asked.
    NoAnswer
  deriving stock (Eq, Show)

data CardProvider = CardProvider
  { authorise :: Id "payment" -> Money -> Text -> IO Verdict,
    capture :: Text -> IO (),
    cancel :: Text -> IO (),
    giveBack :: Text -> Money -> IO ()
  }

-- | Decides by the token: @declined@ and @offline@ are what they say, anything else is approved.
fakeProvider :: CardProvider
fakeProvider =
  CardProvider
    { authorise = \(Id payment) _ token -> pure $ case token of
        "declined" -> Refused "insufficient funds"
        "offline" -> NoAnswer
        _ -> Approved ("fake-" <> UUID.toText payment),
      capture = const (pure ()),
      cancel = const (pure ()),
      giveBack = \_ _ -> pure ()
    }
