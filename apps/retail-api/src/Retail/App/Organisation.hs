{-# LANGUAGE DeriveAnyClass #-}

-- | How an organisation comes to be: not over HTTP, but by whoever owns the tables.
module Retail.App.Organisation (NewOrganisation (..), create) where

import Control.Monad (void)
import Crypto.Hash (Digest, SHA256, hash)
import Data.ByteArray (convert)
import Data.ByteString (ByteString)
import Data.ByteString.Lazy qualified as Lazy
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text.Encoding (encodeUtf8)
import Data.UUID.Types qualified as UUID
import Database.PostgreSQL.Simple
import GHC.Generics (Generic)
import Retail.App.Password (hashPassword)
import Retail.Contract.Secret (Secret)
import Retail.Contract.Staff (Grant (..), StaffMember (..))
import Retail.Contract.Wire (Wire)
import Retail.Db.Field ()
import Retail.Db.Staff (addStaff)
import Retail.Domain.Cart (TaxMode, TaxRounding)
import Retail.Domain.Currency (Currency)
import Retail.Domain.Id (Id (..))
import Retail.Domain.Role (Role (Admin))

-- | @organisation@ is the short name that its staff log in with.
data NewOrganisation = NewOrganisation
  { organisation :: Text,
    name :: Text,
    currency :: Currency,
    taxMode :: TaxMode,
    taxRounding :: TaxRounding,
    cashStep :: Int,
    -- | As PostgreSQL names it, such as @Europe/Zurich@; UTC if there is none.
    timeZone :: Maybe Text,
    email :: Text,
    password :: Secret
  }
  deriving stock (Show, Generic)
  deriving anyclass (Wire)

-- | The short name decides the id, so that doing it twice is refused and not doubled.
create :: (Int -> IO ByteString) -> NewOrganisation -> Connection -> IO ()
create random NewOrganisation {..} connection = do
  passwordHash <- hashPassword random password
  withTransaction connection $ do
    void (query connection "select set_config('retail.organisation', ?, true)" [organisationId] :: IO [Only Text])
    void $
      execute
        connection
        "insert into organisation (id, slug, name, currency, tax_mode, tax_rounding, cash_step, time_zone) values (?, ?, ?, ?, ?, ?, ?, ?)"
        (organisationId, organisation, name, currency, taxMode, taxRounding, cashStep, fromMaybe "UTC" timeZone)
    addStaff connection StaffMember {staffId = derived "staff", email, name = email, grants = [Grant {role = Admin, locationId = Nothing}]} passwordHash Nothing
  where
    organisationId = derived "organisation" :: Id "organisation"
    derived :: Text -> Id kind
    derived kind = Id (fromMaybe UUID.nil (UUID.fromByteString (Lazy.take 16 (Lazy.fromStrict (digest (kind <> "/" <> organisation))))))
    digest text = convert (hash (encodeUtf8 text) :: Digest SHA256) :: ByteString
