-- | Identifiers that know what they identify: an @Id "sale"@ is no @Id "variant"@.
module Retail.Domain.Id (Id (..)) where

import Data.UUID.Types (UUID)
import GHC.TypeLits (Symbol)
import Web.HttpApiData (FromHttpApiData)

newtype Id (of' :: Symbol) = Id {uuid :: UUID}
  deriving newtype (Eq, Ord, Show, FromHttpApiData)
